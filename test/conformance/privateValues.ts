import { describe, expect, it } from '@jest/globals';
import { openEntry, unwrapContentKey } from '#domain/seal/sealing.ts';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import { newId, registration } from '#test/registry.ts';
import { readBlocks } from './blockBytes.ts';
import { getEntry } from './entries.ts';
import { all, civil, standing, type Office } from './office.ts';

export function describePrivateValues(office: Office): void {
  describe('private values', () => {
    it('can be opened by every agency that holds their class', async () => {
      const submission = registration(civil.signer);
      standing(await office.submit(submission));
      const key = sealedKeyOf({ stream: submission.command.stream, version: 1 });
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
