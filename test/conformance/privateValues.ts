import { describe, expect, it } from '@jest/globals';
import { openEntry, unwrapContentKey } from '#domain/seal/sealing.ts';
import type { Submission } from '#ledger/ledger.ts';
import { eventually } from '#test/eventually.ts';
import { newId, order, registration, type AgencyName } from '#test/registry.ts';
import { readBlocks } from './blockBytes.ts';
import { all, civil, codeOf, standing, type Office } from './office.ts';
import { narrowClass } from './testbed.ts';

const sealedKey = (stream: string, version: number) =>
  `sealed\u0000${stream}\u0000${String(version).padStart(12, '0')}`;

function portrait(stream: string, inClass: string, { signer } = civil): Submission {
  const values = { class: inClass, of: { faceReference: newId() } };
  return order({ stream, type: 'RecordAttributes', data: { schema: 1 }, seen: 1 }, { signer, values });
}

type Place = { readonly class: string; readonly key: string };

function findEntry(office: Office, agency: AgencyName, place: Place): Promise<Uint8Array | undefined> {
  return office.bed().ledger(agency).privateEntry(place.class, place.key);
}

function getEntry(office: Office, agency: AgencyName, place: Place): Promise<Uint8Array> {
  return eventually(async () => {
    const entry = await findEntry(office, agency, place);
    if (entry === undefined) throw new Error('not there yet');
    return entry;
  });
}

export function describePrivateValues(office: Office): void {
  describe('private values', () => {
    it('can be opened by every agency that holds their class', async () => {
      const submission = registration(civil.signer);
      standing(await office.submit(submission));
      const key = sealedKey(submission.command.stream, 1);
      for (const { name, transport } of Object.values(all)) {
        const entry = await getEntry(office, name, { class: 'identification', key });
        expect(openEntry(entry, unwrapContentKey(entry, name, transport.privateKey))).toEqual(submission.disclosures);
      }
    });

    it('stand in clear in no block', async () => {
      const canary = `Canary-${newId()}`;
      const submission = registration(civil.signer, { surname: [{ language: 'eng', value: canary }] });
      standing(await office.submit(submission));
      const secrets = [canary, Buffer.from(canary).toString('base64url'), ...(submission.disclosures ?? [])];
      for (const { bytes } of await readBlocks(office.bed().ledger('civil-registry')))
        expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([]);
    });
  });
}

export function describeNonMembers(office: Office): void {
  const stranger = all['social-protection'];

  describe('private values of a class', () => {
    it('that an agency does not hold never reach it', async () => {
      const stream = await office.registered();
      const { block } = standing(await office.submit(portrait(stream, narrowClass)));
      const place = { class: narrowClass, key: sealedKey(stream, 2) };
      const entry = await getEntry(office, 'election-office', place);
      expect(() => unwrapContentKey(entry, stranger.name, stranger.transport.privateKey)).toThrow();
      await eventually(async () => expect(await office.history(stream, stranger.name)).toHaveLength(2));
      expect(await findEntry(office, stranger.name, place)).toBeUndefined();
      const delivered = (await readBlocks(office.bed().ledger(stranger.name)))[block]?.block;
      const transaction = delivered?.transactions.find(({ writes }) => writes.some(({ key }) => key.includes(stream)));
      expect(transaction).toMatchObject({ code: 0, privateWrites: [], privateHashes: [{ collection: narrowClass }] });
    });

    it('that the own agency does not hold, or nobody, are offered to no one', async () => {
      const stream = await office.registered();
      const foreign = office.submit(portrait(stream, narrowClass, stranger), stranger.name);
      expect(codeOf(await foreign)).toBe('ERR_CLASS_UNKNOWN');
      expect(codeOf(await office.submit(portrait(stream, 'no-such-class')))).toBe('ERR_CLASS_UNKNOWN');
      expect(await office.history(stream)).toHaveLength(1);
    });
  });
}
