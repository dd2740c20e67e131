import { join } from 'node:path';
import * as z from 'zod';
import { ConsentTerms } from '#domain/consent/terms.ts';
import type { Country } from '#domain/country.ts';
import { RegisterRelyingParty } from '#domain/relyingParty/commands.ts';
import { PublishSharingPolicy } from '#domain/sharingPolicy/commands.ts';
import { packFolder } from './loadCountry.ts';
import { PackFault } from './packFault.ts';
import { findPackFile } from './readPackFile.ts';

const fileName = 'demo.json';
const Id = z.string().regex(/^[a-z][a-z-]{0,62}$/);
const Party = RegisterRelyingParty.shape.data.omit({ keys: true }).extend({ policy: Id });
const Consent = ConsentTerms.omit({ validFrom: true, validUntil: true });

const DemoFile = z.strictObject({
  /** A people file beside it. */
  people: z.string().regex(/^[\w.-]+$/),
  policies: z.record(Id, PublishSharingPolicy.shape.data),
  parties: z.record(Id, Party),
  /** People to play with, by a nickname for the command line. */
  residents: z.record(Id, z.strictObject({ enrolmentId: z.string(), consents: z.array(Consent) })),
});

/** What the first start of a demo country puts into the registry; `people` is the path of the file. */
export type DemoContent = z.infer<typeof DemoFile>;

/** Reads what a demo country shows; undefined for a country that is no demo or shows nothing. Throws a PackFault. */
export async function findDemo(nameOrPath: string, country: Country): Promise<DemoContent | undefined> {
  const folder = packFolder(nameOrPath);
  const demo = country.demo ? await findPackFile(folder, fileName, DemoFile) : undefined;
  if (demo === undefined) return undefined;
  checkNames(demo, country);
  return { ...demo, people: join(folder, demo.people) };
}

function checkNames({ policies, parties, residents }: DemoContent, { fields }: Country): void {
  const named = [
    ...Object.values(policies).flatMap(({ rules, matching }) => [
      ...matching,
      ...rules.flatMap((rule) => rule.attributes),
    ]),
    ...Object.values(parties).flatMap(({ intendedUses }) => intendedUses.flatMap((use) => use.attributes)),
    ...Object.values(residents)
      .flatMap(({ consents }) => consents.flatMap(({ claims }) => claims))
      .map((claim) => claim.attribute),
  ];
  const stranger = named.find((attribute) => !fields.some(({ name }) => name === attribute));
  if (stranger !== undefined) throw new PackFault(fileName, `attribute "${stranger}" is not in schema.json`);
  const policy = Object.values(parties).find((party) => policies[party.policy] === undefined)?.policy;
  if (policy !== undefined) throw new PackFault(fileName, `policy "${policy}" is not defined`);
}
