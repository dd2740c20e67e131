import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerUnavailable } from '#ledger/ledger.ts';
import { demoOptions, ensureConsents, ensurePartners } from './demoContent.ts';
import { importInto } from './import.ts';
import { getRegistryKey } from './openLedger.ts';
import { importedIdentity } from './people/enrol.ts';
import { checkFile } from './people/importFile.ts';
import { openRegistry, type Registry } from './registry.ts';
import { settingsOf } from './settings.ts';

const header =
  'rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id';
let folder = '';
let registry: Registry;

const settings = () =>
  settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: join(folder, 'data'), PLINTH_COUNTRY: 'demo' });
const rejectedFile = () => join(folder, 'rejected.csv');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-import-'));
  registry = await openRegistry(settings());
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function importRows(rows: readonly string[], into: Registry = registry) {
  const file = join(folder, 'people.csv');
  await writeFile(file, [header, ...rows].join('\n'));
  const { accepted, there, rejected } = await importInto(into, await checkFile(file, into.country), rejectedFile());
  return { accepted, there, rejected };
}

const versionOf = async (enrolmentId: string) =>
  (await registry.ledger.head(`identity-${importedIdentity(getRegistryKey(registry), enrolmentId)}`))?.version;

describe('an import', () => {
  it('registers each person with an address, and keeps what it rejects with the reason', async () => {
    const rows = [
      'a-1,mira,hale,6,tullaroop street,,st james,4011,wa,19081209,6988048',
      'a-2,ivo,,,,,,2600,,19370231,1234567',
    ];
    expect(await importRows(rows)).toEqual({ accepted: 1, there: 0, rejected: 1 });
    expect(await versionOf('a-1')).toBe(2);
    expect(await versionOf('a-2')).toBeUndefined();
    expect(await readFile(rejectedFile(), 'utf8')).toContain('1234567,3,ERR_ATTRIBUTE_INVALID:format,date_of_birth');
  });

  it('that is repeated finds everybody there', async () => {
    const rows = ['b-1,mira,hale,6,,,,4011,wa,,6988048', 'b-2,ivo,,,,,,2600,,,1234567'];
    expect(await importRows(rows)).toEqual({ accepted: 2, there: 0, rejected: 0 });
    expect(await importRows(rows)).toEqual({ accepted: 0, there: 2, rejected: 0 });
    expect(existsSync(rejectedFile())).toBe(false);
  });

  it('that broke off between registration and address completes the person', async () => {
    const rows = ['c-1,mira,hale,6,,,,4011,wa,,6988048'];
    const { ledger } = registry;
    const failing: typeof ledger = {
      ...ledger,
      submit: (submission) =>
        submission.command.type === 'RecordAttributes'
          ? Promise.reject(new LedgerUnavailable('the line is cut'))
          : ledger.submit(submission),
    };
    await expect(importRows(rows, { ...registry, ledger: failing })).rejects.toThrow('ERR_LEDGER_UNAVAILABLE');
    expect(await versionOf('c-1')).toBe(1);
    expect(await importRows(rows)).toEqual({ accepted: 1, there: 0, rejected: 0 });
    expect(await versionOf('c-1')).toBe(2);
  });
});

describe('a demo registry', () => {
  it('is founded once, with partners and consents, however often it starts', async () => {
    const { ledger } = registry;
    const demo = () => {
      const options = demoOptions(registry, settings().partyFolder);
      if (options === undefined) throw new Error('the demo country is a demo');
      return options;
    };
    await importRows(['rec-122-org,lachlan,berry,,,,,4814,,,7364009']);
    await ensurePartners(demo());
    await ensureConsents(demo());
    const { height } = await ledger.status();
    expect((await ledger.head('relyingParty-clinic'))?.version).toBe(3);

    await registry.close();
    registry = await openRegistry(settings());
    await ensurePartners(demo());
    await ensureConsents(demo());
    expect((await registry.ledger.status()).height).toBe(height);
  });

  it('belongs to one process', async () => {
    await expect(openRegistry(settings())).rejects.toThrow('open already');
  });
});
