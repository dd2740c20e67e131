import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import { unwrapContentKey } from '#domain/seal/sealing.ts';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Submission } from '#ledger/ledger.ts';
import { isConfig, openTransaction } from '#ledger/verify/transaction.ts';
import { scanFolders, type Pattern } from '#test/byteScan.ts';
import { eventually } from '#test/eventually.ts';
import { clearPatternsOf } from '#test/leakPatterns.ts';
import { agencies, newId, order, registration, type AgencyName } from '#test/registry.ts';
import { readBlocks, type ReadBlock } from './blockBytes.ts';
import { findEntry, getEntry } from './entries.ts';
import { all, civil, codeOf, elections, standing, type Office } from './office.ts';
import { members, narrowClasses } from './testbed.ts';

type NarrowClass = (typeof narrowClasses)[number];

const attributeOf = { contact: 'suburb', 'biometric-reference': 'faceReference' } as const;

/** First values of a class, written down by an officer of an agency. */
function record(stream: string, className: NarrowClass['name'], agency: AgencyName, value = newId()): Submission {
  const values = { class: className, of: { [attributeOf[className]]: value } };
  return order(
    { stream, type: 'RecordAttributes', data: { schema: 1 }, seen: 1 },
    { signer: all[agency].signer, values },
  );
}

export function describeClasses(office: Office): void {
  for (const narrow of narrowClasses) describeHolding(office, narrow);
  for (const narrow of narrowClasses) describeDisks(office, narrow);
  describeCircles(office);
}

/** Somebody whom every agency knows. */
async function known(office: Office): Promise<string> {
  const stream = await office.registered();
  for (const agency of agencies)
    await eventually(async () => expect(await office.history(stream, agency)).toHaveLength(1));
  return stream;
}

function describeHolding(office: Office, { name, members: [holder, other], stranger }: NarrowClass): void {
  describe(`private values of class ${name}`, () => {
    it('reach the agencies that hold it, and no other', async () => {
      const stream = await known(office);
      const { block } = standing(await office.submit(record(stream, name, holder), holder));
      const place = { class: name, key: sealedKeyOf({ stream, version: 2 }) };
      for (const agency of [holder, other]) {
        const entry = await getEntry(office, agency, place);
        expect(unwrapContentKey(entry, agency, all[agency].transport.privateKey)).toHaveLength(32);
        expect(() => unwrapContentKey(entry, stranger, all[stranger].transport.privateKey)).toThrow();
      }
      await eventually(async () => expect(await office.history(stream, stranger)).toHaveLength(2));
      expect(await findEntry(office, stranger, place)).toBeUndefined();
      const delivered = (await readBlocks(office.bed().ledger(stranger)))[block]?.block;
      const transaction = delivered?.transactions.find(({ writes }) => writes.some(({ key }) => key.includes(stream)));
      expect(transaction).toMatchObject({ code: 0, privateWrites: [], privateHashes: [{ collection: name }] });
    });

    it('leave no node whose agency does not hold it, and the contract seals none for it either', async () => {
      const stream = await known(office);
      const foreign = record(stream, name, stranger);
      expect(codeOf(await office.submit(foreign, stranger))).toBe('ERR_CLASS_UNKNOWN');
      const { outcomes } = await office.bed().carelessTransactor(stranger).endorse([foreign]);
      expect(outcomes.map(codeOf)).toEqual(['ERR_CLASS_UNKNOWN']);
      expect(await office.history(stream)).toHaveLength(1);
    });
  });
}

function describeDisks(office: Office, { name, members: [holder, other], stranger }: NarrowClass): void {
  const disk = (agency: string) => office.bed().disk(agency);

  describe(`private values of class ${name}`, () => {
    it('lie on no disk in clear, and sealed on the disks of its members only', async () => {
      const stream = await known(office);
      const value = `Canary-${randomBytes(24).toString('base64url')}`;
      const { events } = standing(await office.submit(record(stream, name, holder, value), holder));
      const entry = await getEntry(office, other, { class: name, key: sealedKeyOf({ stream, version: 2 }) });
      const patterns = [
        { name: 'public', bytes: Buffer.from(events[0]?.sealed?.key ?? '') },
        ...sealedPatternsOf(entry),
        ...clearPatternsOf('value', value),
      ];
      // Where agencies share a machine, they share what is sealed.
      const others = disk(holder) === disk(stranger) ? ['public', 'sealed'] : ['public'];
      for (const agency of [holder, other])
        await eventually(async () => expect(await foundOn(disk(agency), patterns)).toEqual(['public', 'sealed']));
      for (const agency of [stranger, 'audit-office'])
        await eventually(async () => expect(await foundOn(disk(agency), patterns)).toEqual(others));
    });
  });
}

function describeCircles(office: Office): void {
  describe('commands that come together', () => {
    it('share a transaction only where the same agencies may see their values', async () => {
      const { name, signer } = elections;
      const newcomers = () => Array.from({ length: 6 }, () => registration(signer));
      const people = newcomers();
      (await office.submitAll(people, name)).forEach(standing);
      const records = people.flatMap(({ command: { stream } }) =>
        narrowClasses.map((each) => record(stream, each.name, name)),
      );
      const answers = (await office.submitAll([...records, ...newcomers()], name)).map(standing);
      expect(new Set(answers.map(({ events }) => events[0]?.at)).size).toBeLessThan(answers.length);
      const circles = (await readBlocks(office.bed().ledger(name))).flatMap(circlesOf);
      expect(circles.length).toBeGreaterThan(0);
      for (const { holders, endorsers } of circles) {
        expect(new Set(holders.map(String)).size).toBe(1);
        expect(endorsers.filter((endorser) => holders[0]?.includes(endorser) !== true)).toEqual([]);
        expect(endorsers.length).toBeGreaterThanOrEqual(members.endorsement.required);
      }
    });
  });

  describe('private values of a class that nobody holds', () => {
    it('are refused', async () => {
      const stream = await office.registered();
      const values = { class: 'no-such-class', of: { suburb: 'x' } };
      const data = { stream, type: 'RecordAttributes', data: { schema: 1 }, seen: 1 };
      expect(codeOf(await office.submit(order(data, { signer: civil.signer, values })))).toBe('ERR_CLASS_UNKNOWN');
    });
  });
}

/** The values as they lie in a private store, in the entry's JSON and as bytes. */
function sealedPatternsOf(entry: Uint8Array): readonly Pattern[] {
  const { ciphertext } = JSON.parse(Buffer.from(entry).toString()) as { ciphertext: string }; // sealed by our contract
  return [Buffer.from(ciphertext), Buffer.from(ciphertext, 'base64url')].map((bytes) => ({ name: 'sealed', bytes }));
}

async function foundOn(folder: string, patterns: readonly Pattern[]): Promise<readonly string[]> {
  const hits = await scanFolders([folder], patterns);
  return [...new Set(hits.map(({ pattern }) => pattern))].sort();
}

type Circle = { readonly holders: readonly (readonly string[])[]; readonly endorsers: readonly string[] };

/** Of each transaction with private values: who holds each class in it, and who has endorsed it. */
function circlesOf({ block, bytes }: ReadBlock): readonly Circle[] {
  const envelopes = common.Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [];
  return block.transactions.flatMap(({ index, privateHashes }) => {
    const content = openTransaction(envelopes[index] ?? new Uint8Array()).transaction?.content;
    if (content === undefined || isConfig(content) || privateHashes.length === 0) return [];
    const holders = privateHashes.map(({ collection }) => members.classes[collection]?.members ?? []);
    const endorsers = content.endorsements.map(({ endorser }) =>
      msp.SerializedIdentity.deserializeBinary(endorser).getMspid(),
    );
    return [{ holders, endorsers }];
  });
}
