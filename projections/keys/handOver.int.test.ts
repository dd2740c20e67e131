import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { PublicKey } from '#domain/publicKey.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import type { Submission } from '#ledger/ledger.ts';
import { agreement, carryOut, found } from '#test/agreement.ts';
import { eventually } from '#test/eventually.ts';
import { joinedAt } from '#test/historyBed.ts';
import { agencies, channel, newAgencies, order, registration, schema, type AgencyName } from '#test/registry.ts';
import { openFileKeystore } from './fileKeystore.ts';
import { handOver } from './handOver.ts';
import { startIngest, type Ingest } from '../ingest/ingest.ts';
import type { Keystore } from './keystore.ts';
import { missingCounts } from '../ingest/missing.ts';
import { openAttributes } from './opening.ts';
import type { Database } from '../postgres/database.ts';
import { checkSignature, headerOf, takeOver } from './takeOver.ts';
import { openTestDatabase } from '../testing/testNode.ts';

type Node = { readonly database: Database; readonly keystore: Keystore };

const all = newAgencies();
const { 'civil-registry': civil, 'election-office': elections, 'social-protection': social } = all;
const narrow = { ...schema.classes, contact: { members: [civil.name, elections.name] } };
const errand = { channel, from: civil.name, to: social.name, class: 'contact', proposal: 'agreed' };
const people = Array.from({ length: 3 }, () => registration(civil.signer));
let folder: string;
let ledger: EmbeddedLedger;
let member: Node;
let joiner: Node;

const openLedger = (classes: typeof schema.classes) =>
  openEmbeddedLedger({
    ...{ directory: join(folder, 'ledger'), channel, agency: civil.name, agencies, classes },
    endorsement: { agencies, required: 2 },
    registryKeyOf: () => new Uint8Array(32).fill(3),
  });
const submit = async (submission: Submission, agency: AgencyName) => {
  const outcome = await ledger.as(agency).submit(submission);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome;
};

async function openNode(agency: AgencyName): Promise<Node> {
  const keys = join(folder, agency);
  await mkdir(keys);
  await writeFile(join(keys, 'transport.json'), JSON.stringify({ epoch: 1, ...all[agency].transport }));
  return { keystore: await openFileKeystore(keys, agency), database: await openTestDatabase() };
}

/** Follows the ledger until everything that stands on it now is in the node's tables. */
async function following(
  node: Node,
  agency: AgencyName,
  whileFollowing: (ingest: Ingest) => Promise<void> = () => Promise.resolve(),
) {
  const view = ledger.as(agency);
  const ingest = startIngest({ ...node, ledger: view });
  await ingest.reached((await view.status()).height - 1);
  await whileFollowing(ingest);
  await ingest.stop();
}

const contactsAt = async ({ database, keystore }: Node) =>
  Promise.all(
    people.map(async ({ command: { stream } }) => {
      const opened = await openAttributes(database, keystore, stream.slice('identity-'.length), ['contact']);
      return opened.get('suburb')?.value;
    }),
  );

async function handedOver(): Promise<readonly string[]> {
  const receiver = { epoch: 1, key: social.transport.publicKey };
  const lines: string[] = [];
  for await (const line of handOver(member, errand, receiver)) lines.push(line.trimEnd());
  return lines;
}
const linesOf = (lines: readonly string[]) =>
  async function* () {
    for (const line of lines) yield await Promise.resolve(line);
  };
const nodeKey = () => {
  const { kty, crv, x, y } = member.keystore.signingKey;
  return PublicKey.parse({ kty, crv, x, y });
};
/** A sealed entry with another text, for the same place and under the same key. */
function otherText(entry: string): string {
  const sealed = Buffer.from(entry, 'base64url').toString();
  return Buffer.from(sealed.replace(/"ciphertext":"..../, '"ciphertext":"AAAA')).toString('base64url');
}

/** The ledger as a peer has it that began with a snapshot a moment ago. */
const pruned = async () => joinedAt(ledger, (await ledger.status()).height);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-handover-'));
  ledger = await openLedger(narrow);
  await found(all, submit, { published: { ...schema, classes: narrow } });
  for (const [index, person] of people.entries()) {
    await submit(person, civil.name);
    const data = { stream: person.command.stream, type: 'RecordAttributes', data: { schema: 1 }, seen: 1 };
    const values = { class: 'contact', of: { suburb: `Suburb ${index}` } };
    await submit(order(data, { signer: civil.signer, values }), civil.name);
  }
  [member, joiner] = [await openNode(civil.name), await openNode(social.name)];
  await following(member, civil.name);
  await following(joiner, social.name);
}, 60_000);
afterAll(async () => {
  await Promise.all([member.database.close(), joiner.database.close()]);
  await ledger.close();
  await rm(folder, { recursive: true });
});

describe('an agency that joins a class', () => {
  it('misses nothing of it before, and all of it afterwards', async () => {
    expect(await missingCounts(joiner.database)).toEqual([]);
    await ledger.close();
    ledger = await openLedger(schema.classes);
    const parties = { proposer: civil, approver: elections };
    const wider = { stream: schemaStream, type: 'PublishIdentitySchema', data: { ...schema, version: 2 } };
    await carryOut(submit, agreement(wider, parties), parties);
    await following(joiner, social.name, () =>
      eventually(async () =>
        expect(await missingCounts(joiner.database)).toEqual([
          { class: 'contact', reason: 'ERR_WRAP_MISSING', count: 3 },
        ]),
      ),
    );
    expect(await contactsAt(joiner)).toEqual([undefined, undefined, undefined]);
  });

  it('takes nothing that the handing node has made up', async () => {
    const [header = '', first = '', second = '', third = '', end = ''] = await handedOver();
    const bent = [
      first.replace(/"version":\d+/, '"version":99'),
      second.replace(/"entry":"..../, '"entry":"AAAA'),
      third.replace(/"key":"..../, '"key":"AAAA'),
    ];
    const wrongKeys = [first, second].map((line, index, both) => ({
      ...(JSON.parse(line) as object),
      key: (JSON.parse(both[1 - index] ?? '') as { key: string }).key, // a line of handOver
    }));
    const lines = linesOf([header, ...bent, ...wrongKeys.map((line) => JSON.stringify(line)), end]);
    const { taken, refused } = await takeOver({ ...joiner, ledger }, await headerOf(lines), lines);
    expect(taken).toBe(0);
    expect(Object.fromEntries(refused)).toEqual({ ERR_FACT_UNKNOWN: 1, ERR_ENTRY_UNFIT: 1, ERR_WRAP_UNFIT: 3 });
    expect(await contactsAt(joiner)).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['cut short', (lines: readonly string[]) => lines.slice(0, -1)],
    ['without a line', (lines: readonly string[]) => lines.filter((_, index) => index !== 2)],
    ['with a line twice', (lines: readonly string[]) => [...lines.slice(0, 2), ...lines.slice(1)]],
    [
      'with another header',
      ([header = '', ...rest]: readonly string[]) => [header.replace('agreed', 'other'), ...rest],
    ],
    ['empty', () => []],
  ])('takes no file that is %s', async (_what, change) => {
    const lines = change(await handedOver());
    await expect(checkSignature(linesOf(lines), nodeKey())).rejects.toMatchObject({ code: 'ERR_HAND_OVER_DAMAGED' });
  });

  it('opens nothing under another errand', async () => {
    const lines = linesOf(await handedOver());
    const header = { ...(await headerOf(lines)), proposal: 'another' };
    const { taken, refused } = await takeOver({ ...joiner, ledger }, header, lines);
    expect([taken, refused.get('ERR_WRAP_UNFIT')]).toEqual([0, 3]);
  });

  it('takes nothing made up either where its peer began with a snapshot and has no block to compare with', async () => {
    const [header = '', first = '', second = '', third = '', end = ''] = await handedOver();
    const partsOf = (line: string) => JSON.parse(line) as Record<'entry' | 'key', string>; // a line of handOver
    const made = [
      { ...partsOf(first), entry: partsOf(second).entry }, // the entry of another fact
      { ...partsOf(second), entry: partsOf(third).entry, key: partsOf(third).key },
      { ...partsOf(third), entry: otherText(partsOf(third).entry) },
    ];
    const lines = linesOf([header, ...made.map((line) => JSON.stringify(line)), end]);
    const { taken, refused } = await takeOver({ ...joiner, ledger: await pruned() }, await headerOf(lines), lines);
    expect(taken).toBe(0);
    expect(Object.fromEntries(refused)).toEqual({ ERR_ENTRY_MISPLACED: 1, ERR_WRAP_UNFIT: 1, ERR_TEXT_UNFIT: 1 });
    expect(await contactsAt(joiner)).toEqual([undefined, undefined, undefined]);
  });

  it('serves what was handed over there all the same: the fact commits to key and values', async () => {
    const [header = '', first = '', , , end = ''] = await handedOver();
    const lines = linesOf([header, first, end]);
    const result = await takeOver({ ...joiner, ledger: await pruned() }, await headerOf(lines), lines);
    expect(result).toEqual({ taken: 1, refused: new Map() });
    expect(await contactsAt(joiner)).toEqual(['Suburb 0', undefined, undefined]);
  });

  it('serves what a member has handed over', async () => {
    const lines = linesOf(await handedOver());
    await checkSignature(lines, nodeKey());
    const result = await takeOver({ ...joiner, ledger }, await headerOf(lines), lines);
    expect(result).toEqual({ taken: 3, refused: new Map() });
    expect(await contactsAt(joiner)).toEqual(['Suburb 0', 'Suburb 1', 'Suburb 2']);
    expect(await contactsAt(joiner)).toEqual(await contactsAt(member));
    expect(await missingCounts(joiner.database)).toEqual([]);
  });
});
