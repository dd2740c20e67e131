import { Role } from '#domain/agency/roles.ts';
import type { Builder } from './builder.ts';
import { enumValues } from './graphqlName.ts';

/** What an officer may be. */
export function addRole(builder: Builder) {
  return builder.enumType('Role', { description: 'What an officer may be.', values: enumValues(Role.options) });
}

/** The type `Role` of the schema. */
export type RoleRef = ReturnType<typeof addRole>;
