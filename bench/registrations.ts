import { randomBytes, randomInt } from 'node:crypto';
import { readPeople } from '#cli/people/readPeople.ts';
import { personOf } from '#cli/people/personOf.ts';
import { findDemo } from '#country/loadDemo.ts';
import type { Country } from '#domain/country.ts';
import type { Command } from '#domain/envelope.ts';
import { drawNumber } from '#domain/identity/drawNumber.ts';
import { enrolmentIdName } from '#domain/identity/enrolmentId.ts';
import { identificationClass } from '#domain/identitySchema/classes.ts';
import type { Ledger, Submission } from '#ledger/ledger.ts';
import { withPrivateValues } from '#ledger/withPrivateValues.ts';

/** A person about to be registered: the order, and the number under which she will be found. */
export type Registration = { readonly submission: Submission; readonly identity: string; readonly number: string };

type Values = Readonly<Record<string, unknown>>;

/** Endless registrations of the demo's people, each under an id, a number and an enrolment of its own. */
export async function registrationsOf(
  country: Country,
  sign: (command: Command) => Command,
): Promise<() => Registration> {
  const people = await identificationsOf(country);
  let next = 0;
  return () => {
    const values = people[next % people.length] ?? {};
    next += 1;
    return registrationOf(country, values, sign);
  };
}

function registrationOf(country: Country, values: Values, sign: (command: Command) => Command): Registration {
  const identity = randomBytes(16).toString('base64url');
  const number = drawNumber(country.number, randomDigits);
  const { command, ...beside } = withPrivateValues(
    {
      id: randomBytes(16).toString('base64url'),
      stream: `identity-${identity}`,
      type: 'RegisterIdentity',
      data: { schema: country.schemaVersion },
      seen: 0,
    },
    identificationClass,
    { ...values, [country.number.attribute]: number, [enrolmentIdName]: `bench-${identity}` },
  );
  return { identity, number, submission: { ...beside, command: sign(command) } };
}

async function identificationsOf(country: Country): Promise<readonly Values[]> {
  const demo = await findDemo(country.name, country);
  const mapping = country.importMapping;
  if (demo === undefined || mapping === undefined) throw new Error('the bench needs the people of a demo country');
  const classOf = new Map(country.fields.map(({ name, class: of }) => [name, of]));
  const people: Values[] = [];
  for await (const row of readPeople(demo.people, mapping)) {
    const { attributes } = personOf(row, country, mapping);
    const values = Object.entries(attributes).filter(([name]) => classOf.get(name) === identificationClass);
    people.push(Object.fromEntries(values));
  }
  return people;
}

function randomDigits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

/** Registers the next person; a number that somebody has already is drawn again, as everywhere. Other refusals are faults. */
export async function registerNext(
  { submit }: Pick<Ledger, 'submit'>,
  next: () => Registration,
): Promise<Registration> {
  for (;;) {
    const registration = next();
    const outcome = await submit(registration.submission);
    if (!('refused' in outcome)) return registration;
    if (outcome.refused !== 'ERR_NOT_UNIQUE') throw new Error(`${outcome.refused}: ${outcome.reason}`);
  }
}
