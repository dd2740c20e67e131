import { demandApproval } from '../approval.ts';
import type { Circumstances, Decider } from '../decider.ts';
import { idOf } from '../envelope.ts';
import { effectiveFromName } from '../identity/effectiveDate.ts';
import { enrolmentIdName } from '../identity/enrolmentId.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { repeats } from '../repeats.ts';
import { consentClass, identificationClass } from './classes.ts';
import { PublishIdentitySchema } from './commands.ts';
import type { IdentitySchemaCommand } from './commands.ts';
import { schemaStream } from './events.ts';
import type { IdentitySchema, IdentitySchemaEvent, IdentitySchemaPublished, SchemaField } from './events.ts';

/** Every version that was ever published, oldest first: version n stands at place n - 1. */
export type IdentitySchemas = { readonly versions: readonly IdentitySchema[] };

/** The schema with this version, if it was ever published. */
export function findSchema({ versions }: IdentitySchemas, version: number): IdentitySchema | undefined {
  return versions[version - 1];
}

/** The schema in force: new values follow it, and its classes say who holds what. */
export function findNewestSchema({ versions }: IdentitySchemas): IdentitySchema | undefined {
  return versions.at(-1);
}

/** The rules of the identity schema. */
export const identitySchemaDecider: Decider<IdentitySchemas, IdentitySchemaCommand, IdentitySchemaEvent> = {
  noun: 'identitySchema',
  initial: { versions: [] },
  parse: commandParser([PublishIdentitySchema]),
  decide: (command, state, circumstances) => [publish(command, state, circumstances)],
  evolve: ({ versions }, { data }) => ({ versions: [...versions, data] }),
};

function publish(
  { data }: PublishIdentitySchema,
  { versions }: IdentitySchemas,
  circumstances: Circumstances,
): IdentitySchemaPublished {
  refusePrivateValues(circumstances);
  if (circumstances.id !== idOf(schemaStream)) throw new Refusal('ERR_NOT_FOUND', 'there is one schema stream');
  if (data.version !== versions.length + 1) throw new Refusal('ERR_SCHEMA_NOT_NEXT', 'not the version after the last');
  checkClasses(data);
  checkFields(data);
  checkNumberAttribute(data);
  if (repeats(data.languages)) throw malformed('a language is named twice');
  demandApproval(circumstances);
  return { type: 'IdentitySchemaPublished', data };
}

function checkClasses({ classes }: IdentitySchema): void {
  for (const name of [identificationClass, consentClass])
    if (!Object.hasOwn(classes, name)) throw malformed(`there is no class ${name}`);
  for (const { members } of Object.values(classes)) {
    if (repeats(members)) throw malformed('a class names a member twice');
    // One holder alone could lose a person's data, or claim to have lost them.
    if (members.length < 2) throw malformed('a class needs two members or more');
  }
}

function checkFields({ fields, classes }: IdentitySchema): void {
  if (repeats(fields.map(({ name }) => name))) throw malformed('a field is named twice');
  for (const field of fields) checkField(field, classes);
}

const reserved: readonly string[] = [enrolmentIdName, effectiveFromName];

function checkField(field: SchemaField, classes: IdentitySchema['classes']): void {
  if (reserved.includes(field.name)) throw malformed(`the name ${field.name} is reserved`);
  if (!Object.hasOwn(classes, field.class)) throw malformed('a field is in a class that does not exist');
  if (field.class === consentClass) throw malformed('a field is in the class of consents');
  if (field.handle && field.multilingual) throw malformed('a handle has one value, not one for each language');
}

function checkNumberAttribute({ fields, number }: IdentitySchema): void {
  const field = fields.find(({ name }) => name === number.attribute);
  if (field?.class !== identificationClass) throw malformed(`the number is not in class ${identificationClass}`);
  if (field.multilingual) throw malformed('the number has no languages');
}

function malformed(reason: string): Refusal {
  return new Refusal('ERR_MALFORMED', reason);
}
