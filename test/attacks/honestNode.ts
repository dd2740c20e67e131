import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventKey } from '#chaincode/keys.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { startIngest, type Ingest } from '#projections/ingest/ingest.ts';
import type { Database } from '#projections/postgres/database.ts';
import { openTestDatabase } from '#projections/testing/testNode.ts';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { eventually } from '#test/eventually.ts';
import { strike } from './aftermath.ts';
import { forgeTransaction } from './forgedTransaction.ts';
import { rogue, type Siege } from './siege.ts';

type Following = { readonly database: Database; readonly ingest: Ingest; readonly close: () => Promise<void> };

/** Read models of the civil registry over its own peer. */
async function follow({ people, ledger }: Siege): Promise<Following> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-honest-'));
  const { transport } = people['civil-registry'];
  await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }), { mode: 0o600 });
  const keystore = await openFileKeystore(folder, 'civil-registry');
  const database = await openTestDatabase();
  const ingest = startIngest({ database, ledger: ledger('civil-registry'), keystore });
  const close = async () => {
    await ingest.stop();
    await database.close();
    await rm(folder, { recursive: true });
  };
  return { database, ingest, close };
}

async function countFacts({ kysely }: Database): Promise<number> {
  const { facts } = await kysely
    .selectFrom('store.events')
    .select(({ fn }) => fn.countAll<string>().as('facts'))
    .where('block', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(facts);
}

/** The last thing to be done to a siege: afterwards honest nodes stand still. */
export function describeHonestNode(siege: () => Siege): void {
  describe('the node of an honest agency', () => {
    let node: Following;
    beforeAll(async () => {
      node = await follow(siege());
    }, 60_000);
    afterAll(() => node.close());

    it('has taken in the valid transactions and no other', async () => {
      const blocks = await readBlocks(siege().ledger('civil-registry'));
      await eventually(() => node.ingest.reached(blocks.length - 1), 60_000);
      const invalid = blocks.flatMap(({ block }) => block.transactions).filter(({ code }) => code !== 0);
      expect(invalid.length).toBeGreaterThan(0);
      expect(await countFacts(node.database)).toBe(blocks.flatMap(({ block }) => ledgerEventsOf(block)).length);
    });

    it('stops and says so when two agencies rewrite a fact, and every audit names the fact', async () => {
      const person = await siege().registered();
      const [first] = await siege().ledger('civil-registry').history(person);
      const writes = { [eventKey(person, 1)]: canonicalJson({ ...first, at: '2020-01-01T00:00:00.000Z' }) };
      const endorsers = ([rogue, 'election-office'] as const).map((agency) => siege().keys(agency).peer);
      const forged = forgeTransaction({ creator: siege().keys(rogue).client, endorsers, writes });
      const { codes, faults } = await strike(siege(), [person], forged);
      expect(codes).toEqual([[0], [0]]);
      expect(faults).toHaveLength(2);
      const stopped = { state: 'stopped', code: 'ERR_FACT_UNREADABLE' };
      await eventually(() => expect(node.ingest.status()).toMatchObject(stopped));
    });
  });
}
