import type { Country } from '#domain/country.ts';
import type { Command, RefusedOutcome } from '#domain/envelope.ts';
import { drawNumber } from '#domain/identity/drawNumber.ts';
import { enrolmentIdName } from '#domain/identity/enrolmentId.ts';
import { identificationClass } from '#domain/identitySchema/classes.ts';
import { uniqueHash } from '#domain/seal/unique.ts';
import { randomDigits, randomId } from '#gateway/randomId.ts';
import type { Committed, Ledger } from '#ledger/ledger.ts';
import { withPrivateValues } from '#ledger/withPrivateValues.ts';

type Values = Readonly<Record<string, unknown>>;
/** What became of an enrolment: `there` when everything had been recorded before, or the refusal of the ledger. */
type EnrolmentOutcome =
  | { readonly kind: 'accepted' | 'there' }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

/** Brings one person to the ledger: registration first, then each further attribute class. Completes what was interrupted. */
export type Enrol = (enrolmentId: string, attributes: Values) => Promise<EnrolmentOutcome>;

/** Into which registry people are brought, and who signs. */
export type EnrolOptions = {
  readonly country: Country;
  readonly ledger: Pick<Ledger, 'submit'>;
  readonly registryKey: Uint8Array;
  /** Puts a registrar's signature on a command. */
  readonly authorize: (command: Command) => Command;
};

// A number is drawn out of millions; three draws find a free one even in a nearly full registry.
const draws = 3;

/**
 * Id of whoever is enrolled under this id by an import. It follows from the registry's key, so a repeated import, at
 * whichever agency, meets what the interrupted one left; without the key it says nothing.
 */
export function importedIdentity(registryKey: Uint8Array, enrolmentId: string): string {
  // No dash in front: a command line would take the id for an option.
  return uniqueHash(registryKey, 'imported identity', enrolmentId).slice(0, 22).replace(/^-/, '_');
}

/** Makes the way into one registry. */
export function createEnrol(options: EnrolOptions): Enrol {
  return async (enrolmentId, attributes) => {
    const stream = `identity-${importedIdentity(options.registryKey, enrolmentId)}`;
    const { [identificationClass]: identification = {}, ...further } = byClass(options.country, attributes);
    const registered = await register(stream, { ...identification, [enrolmentIdName]: enrolmentId }, options);
    if (registered.kind === 'refused') {
      // Somebody enrolled under this id at a counter, not by an import: their record is the registrar's to complete.
      return isTaken(registered, 'enrolment') ? { kind: 'there' } : registered;
    }
    const recorded = await Promise.all(
      Object.entries(further).map(([name, values]) => record(stream, { name, values }, options)),
    );
    return [registered, ...recorded].reduce(worse);
  };
}

async function register(stream: string, values: Values, options: EnrolOptions): Promise<EnrolmentOutcome> {
  for (let draw = 1; ; draw += 1) {
    const { number } = options.country;
    const withNumber = { ...values, [number.attribute]: drawNumber(number, randomDigits) };
    const order = { type: 'RegisterIdentity', stream, seen: 0 };
    const outcome = await submit(order, { name: identificationClass, values: withNumber }, options);
    const result = resultOf(outcome, 'ERR_ALREADY_EXISTS');
    if (!isTaken(result, 'number') || draw === draws) return result;
  }
}

type ClassValues = { readonly name: string; readonly values: Values };

async function record(stream: string, values: ClassValues, options: EnrolOptions): Promise<EnrolmentOutcome> {
  const outcome = await submit({ type: 'RecordAttributes', stream, seen: 1 }, values, options);
  return resultOf(outcome, 'ERR_CLASS_RECORDED');
}

function resultOf(outcome: Committed | RefusedOutcome, doneBefore: string): EnrolmentOutcome {
  if (!('refused' in outcome)) return { kind: 'accepted' };
  if (outcome.refused === doneBefore) return { kind: 'there' };
  return { kind: 'refused', code: outcome.refused, reason: outcome.reason };
}

function isTaken(outcome: EnrolmentOutcome, kind: string): boolean {
  return outcome.kind === 'refused' && outcome.code === 'ERR_NOT_UNIQUE' && outcome.reason === kind;
}

function submit(
  order: Pick<Command, 'type' | 'stream' | 'seen'>,
  { name, values }: ClassValues,
  options: EnrolOptions,
) {
  const data = { schema: options.country.schemaVersion };
  const { command, ...beside } = withPrivateValues({ id: randomId(), ...order, data }, name, values);
  return options.ledger.submit({ ...beside, command: options.authorize(command) });
}

function byClass({ fields }: Country, attributes: Values): Readonly<Record<string, Values>> {
  const classOf = (attribute: string): string =>
    fields.find(({ name }) => name === attribute)?.class ?? identificationClass;
  const grouped = Object.groupBy(Object.entries(attributes), ([attribute]) => classOf(attribute));
  return Object.fromEntries(
    Object.entries(grouped).map(([name, entries]) => [name, Object.fromEntries(entries ?? [])]),
  );
}

/** A refusal outweighs news, news outweigh what was there. */
function worse(left: EnrolmentOutcome, right: EnrolmentOutcome): EnrolmentOutcome {
  if (left.kind === 'refused' || right.kind === 'there') return left;
  return right;
}
