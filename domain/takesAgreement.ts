import { identificationClass } from './identitySchema/classes.ts';
import { permissionFor, permissions } from './permissions.ts';

/** Whether a command of this type, with values of this class where it carries some, takes the word of a second agency. */
export function takesAgreement(type: string, sealedClass?: string): boolean {
  const permission = permissionFor(type);
  const agreement = permission.by === 'agreeing officer' ? undefined : permission.agreement;
  return agreement === 'identification' ? sealedClass === identificationClass : agreement !== undefined;
}

/** The types of commands that take agreement, always or with some values: those that can be proposed. */
export const agreedTypes: readonly string[] = Object.keys(permissions).filter((type) =>
  takesAgreement(type, identificationClass),
);
