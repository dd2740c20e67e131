import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEnrol, importedIdentity } from '#cli/people/enrol.ts';
import { openRegistry, type Registry } from '#cli/registry.ts';
import { settingsOf } from '#cli/settings.ts';
import { getRegistryKey } from '#cli/openLedger.ts';
import { packFolder } from '#country/loadCountry.ts';
import { createAttributeCheck } from '#gateway/offices/attributeCheck.ts';
import { mosipPerson } from './mosipPerson.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-country-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function inRegistryOf(country: string, work: (registry: Registry) => Promise<void>): Promise<void> {
  const environment = { PLINTH_COUNTRY: country, PLINTH_DATA: join(folder, 'data') };
  const registry = await openRegistry(settingsOf({ ledger: 'embedded' }, environment));
  try {
    await work(registry);
  } finally {
    await registry.close();
  }
}

/** Enrols one person and answers how many facts the identity has: one per attribute class. */
async function enrolled(
  registry: Registry,
  attributes: Readonly<Record<string, unknown>>,
): Promise<number | undefined> {
  const { country, ledger, sign } = registry;
  const registryKey = getRegistryKey(registry);
  if (sign === undefined) throw new Error('only a demo has officers here');
  expect(createAttributeCheck(country)(attributes)).toEqual([]);
  const enrol = createEnrol({ country, ledger, registryKey, authorize: (command) => sign(command, 'registrar') });
  expect(await enrol('enrolment-1', attributes)).toEqual({ kind: 'accepted' });
  return (await ledger.head(`identity-${importedIdentity(registryKey, 'enrolment-1')}`))?.version;
}

describe("MOSIP's sample country", () => {
  it('registers a person with documents, address and biometric reference', async () => {
    await inRegistryOf('mosip-sample', async (registry) => {
      expect(await enrolled(registry, mosipPerson)).toBe(3);
    });
  });
});

describe('a country that calls the given name something else', () => {
  it('registers people under its own words', async () => {
    const pack = join(folder, 'renamed');
    await cp(packFolder('demo'), pack, { recursive: true });
    for (const file of ['schema.json', 'import.json', 'demo.json']) {
      const text = await readFile(join(pack, file), 'utf8');
      await writeFile(join(pack, file), text.replaceAll('"givenName"', '"firstName"'));
    }
    await inRegistryOf(pack, async (registry) => {
      expect(await enrolled(registry, { firstName: [{ language: 'eng', value: 'mira' }], postcode: '4011' })).toBe(2);
    });
  });
});

describe('a data folder that one country has founded', () => {
  it('serves that country again, and refuses another one at once', async () => {
    const nothing = () => Promise.resolve();
    await inRegistryOf('demo', nothing);
    await inRegistryOf('demo', nothing);
    await expect(inRegistryOf('mosip-sample', nothing)).rejects.toThrow('ERR_SETTING: this ledger has another');
  });
});
