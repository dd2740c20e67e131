import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'fabric-contract-api';
import { RegistryContract } from '#chaincode/registryContract.ts';
import { found } from '#test/agreement.ts';
import { agencies, channel, newAgencies, order, registration, schema, type AgencyName } from '#test/registry.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from './openEmbeddedLedger.ts';

const shown = new Map<string, string[]>();

/** A contract that remembers every private value that its agency was shown. */
class WatchedContract extends RegistryContract {
  readonly #agency: string;

  constructor(agency: string) {
    super(() => new Uint8Array(32).fill(3));
    this.#agency = agency;
  }

  override submit(context: Context, json: string): Promise<string> {
    const values = Buffer.from(context.stub.getTransient().get('disclosures') ?? '').toString();
    shown.set(this.#agency, [...(shown.get(this.#agency) ?? []), values]);
    return super.submit(context, json);
  }
}

const all = newAgencies();
const [civil, elections, social] = agencies;
const classes = { ...schema.classes, contact: { members: [civil, elections] } };
let folder: string;
let ledger: EmbeddedLedger;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-circles-'));
  ledger = await openEmbeddedLedger({
    ...{ directory: folder, channel, agency: civil, agencies, classes, endorsement: { agencies, required: 2 } },
    registryKeyOf: () => new Uint8Array(32).fill(3),
    contractOf: (agency) => new WatchedContract(agency),
  });
  const submit = (submission: ReturnType<typeof order>, agency: AgencyName) => ledger.as(agency).submit(submission);
  await found(all, submit, { published: { ...schema, classes } });
});
afterAll(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const { signer } = all[civil];
const saw = (agency: string, disclosure: string) =>
  shown.get(agency)?.some((each) => each.includes(disclosure)) === true;

describe('private values on their way to be sealed', () => {
  it('are shown to as many holders of their class as must agree, and to nobody else', async () => {
    for (let person = 0; person < 8; person += 1) {
      const registered = registration(signer);
      const { stream } = registered.command;
      const values = { class: 'contact', of: { suburb: `Suburb ${person}` } };
      const contact = order({ stream, type: 'RecordAttributes', data: { schema: 1 }, seen: 1 }, { signer, values });
      for (const submission of [registered, contact]) expect(await ledger.submit(submission)).toHaveProperty('events');
      const [disclosure = ''] = contact.disclosures ?? [];
      expect([civil, elections, social].map((agency) => saw(agency, disclosure))).toEqual([true, true, false]);
    }
  });
});
