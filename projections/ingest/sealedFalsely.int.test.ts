import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'fabric-contract-api';
import { RegistryContract } from '#chaincode/registryContract.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import type { Submission } from '#ledger/ledger.ts';
import { found } from '#test/agreement.ts';
import { eventually } from '#test/eventually.ts';
import { agencies, channel, newAgencies, registration, schema } from '#test/registry.ts';
import { openFileKeystore } from '../keys/fileKeystore.ts';
import { findIdentity } from '../models/identityDetails.ts';
import { startIngest, type Ingest } from './ingest.ts';
import type { Keystore } from '../keys/keystore.ts';
import { missingCounts } from './missing.ts';
import { openAttributes } from '../keys/opening.ts';
import type { Database } from '../postgres/database.ts';
import { openTestDatabase } from '../testing/testNode.ts';

type Entry = { ciphertext: string; wraps: Record<string, string> };
type Bend = (entry: Entry) => Partial<Entry>;

let bend: Bend | undefined;

/** A contract that decides like everybody's, and writes other private values than it has sealed. */
class BentContract extends RegistryContract {
  override submit(context: Context, json: string): Promise<string> {
    const bent = bend;
    if (bent === undefined) return super.submit(context, json);
    const stub = new Proxy(context.stub, {
      get: (target, name): unknown => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'putPrivateData') return (member as (...args: unknown[]) => unknown).bind(target); // the stub's own
        return (collection: string, key: string, value: Uint8Array) =>
          target.putPrivateData(collection, key, bentBy(bent, value));
      },
    });
    return super.submit(Object.assign(Object.create(context) as Context, { stub }), json); // the same but for its stub
  }
}

function bentBy(change: Bend, value: Uint8Array): Buffer {
  const entry = JSON.parse(Buffer.from(value).toString()) as Entry; // sealed by the contract that is bent
  return Buffer.from(JSON.stringify({ ...entry, ...change(entry) }));
}

const all = newAgencies();
const { 'civil-registry': civil, 'social-protection': social } = all;
let folder: string;
let ledger: EmbeddedLedger;
let honest: { readonly keystore: Keystore; readonly database: Database };
let ingest: Ingest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-falsely-'));
  const registryKey = new Uint8Array(32).fill(3);
  ledger = await openEmbeddedLedger({
    ...{ directory: join(folder, 'ledger'), channel, agency: civil.name, agencies, classes: schema.classes },
    endorsement: { agencies, required: 2 },
    registryKeyOf: () => registryKey,
    // Two agencies are enough to endorse, and these two do as they like.
    contractOf: (agency) => new (agency === social.name ? RegistryContract : BentContract)(() => registryKey),
  });
  await found(all, (submission, agency) => ledger.as(agency).submit(submission));
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys', 'transport.json'), JSON.stringify({ epoch: 1, ...social.transport }));
  honest = { keystore: await openFileKeystore(join(folder, 'keys'), social.name), database: await openTestDatabase() };
  ingest = startIngest({ ...honest, ledger: ledger.as(social.name) });
});
afterAll(async () => {
  await ingest.stop();
  await honest.database.close();
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function submitted(submission: Submission): Promise<string> {
  const answer = await ledger.submit(submission);
  if ('refused' in answer) throw new Error(answer.refused);
  await ingest.reached(answer.block);
  return submission.command.stream.slice('identity-'.length);
}

const bends: readonly (readonly [string, string, Bend])[] = [
  ['ERR_TEXT_UNFIT', 'another text', ({ ciphertext }) => ({ ciphertext: `AAAA${ciphertext.slice(4)}` })],
  ['ERR_WRAP_UNFIT', 'a wrap of nothing', ({ wraps }) => ({ wraps: { ...wraps, [social.name]: 'A'.repeat(64) } })],
  [
    'ERR_WRAP_MISSING',
    'no wrap for the third agency',
    ({ wraps }) => ({ wraps: { [civil.name]: wraps[civil.name] ?? '' } }),
  ],
  ['ERR_ENTRY_UNREADABLE', 'no wraps at all', () => ({ wraps: undefined as unknown as Record<string, string> })],
];

describe('two agencies that endorse a person and seal', () => {
  it.each(bends)('are found out by the third, which says %s: %s', async (code, _what, change) => {
    bend = change;
    const identity = await submitted(registration(civil.signer));
    bend = undefined;
    expect(await findIdentity(honest.database, identity)).toMatchObject({ status: 'active' });
    const counts = await missingCounts(honest.database);
    expect(counts.find(({ reason }) => reason === code)).toEqual({ class: 'identification', reason: code, count: 1 });
    expect((await openAttributes(honest.database, honest.keystore, identity)).size).toBe(0);
  });

  it('keep the third from nothing else', async () => {
    const identity = await submitted(registration(civil.signer, { dateOfBirth: '1815-12-10' }));
    await eventually(async () => {
      const opened = await openAttributes(honest.database, honest.keystore, identity);
      expect(opened.get('dateOfBirth')?.value).toBe('1815-12-10');
    });
    expect(await missingCounts(honest.database)).toHaveLength(bends.length);
  });
});
