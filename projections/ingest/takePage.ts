import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import { forget } from '../erasure/erasures.ts';
import { projectedFrom, recordOf, takeIn } from './intake.ts';
import type { Keystore } from '../keys/keystore.ts';
import type { NodeStore } from '../kurrentdb/nodeStore.ts';
import { lockFolding } from './locks.ts';
import { isDatabaseOutage } from './outage.ts';
import { movePosition, readPosition } from '../models/positions.ts';
import type { Database } from '../postgres/database.ts';
import { readModels } from '../models/readModels.ts';
import { tellParties } from '../notices/tellParties.ts';

/** A block as far as the read models care. */
export type DecodedBlock = { readonly number: number; readonly facts: readonly BlockEvent[] };

/** A fact, or a whole block, that this version of the program does not understand. */
export class UnreadableFact extends Error {
  readonly block: number;

  constructor(block: number, cause: unknown) {
    super(`block ${block} holds what this version cannot read`, { cause });
    this.name = 'UnreadableFact';
    this.block = block;
  }
}

/** Into what a page is taken; `store`: where the node's events lie, if not in the database. */
type Node = {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly store?: Pick<NodeStore, 'record'> | undefined;
};

/**
 * Facts, rows and position in one transaction, so that each fact counts once; answers the new position. A store of its own
 * has the facts before: what it has taken and the database has not comes again, and is the same there.
 */
export async function takePage(
  { database, keystore, store }: Node,
  page: readonly DecodedBlock[],
  position: number,
): Promise<number> {
  const last = page.at(-1)?.number ?? position;
  await store?.record(page.flatMap(({ facts }) => facts).map((fact) => recordOf(projectedFrom(fact))));
  try {
    await database.kysely.transaction().execute(async (trx) => {
      await lockFolding(trx);
      if ((await readPosition(trx, 'model')) !== position) throw new PositionMoved();
      const projected = await takeIn(
        trx,
        keystore,
        page.flatMap(({ facts }) => facts),
      );
      for (const { project } of readModels) await project(projected, { trx, schema: 'model' });
      await tellParties(trx, keystore, projected);
      await forget(trx, keystore, projected);
      await movePosition(trx, 'model', last);
    });
  } catch (cause) {
    if (cause instanceof PositionMoved || isDatabaseOutage(cause)) throw cause;
    throw new UnreadableFact(position + 1, cause);
  }
  return last;
}

/** Another process has folded these blocks; go on from where it is now. */
class PositionMoved extends Error {}
