import type { Keystore } from '../keys/keystore.ts';
import type { Database } from '../postgres/database.ts';
import type { Connection } from './connection.ts';
import { beginWalk, copyWalked, noteWalked, unwalked } from './copyLocal.ts';
import { appendInOrder } from './eventStore.ts';
import { findEnd, readAll, type Mark } from './reads.ts';
import { isAfter, positionOf } from './storedEvent.ts';

/** A store, the database that has a copy of it, and the keys of what lies sealed in it. */
export type Sides = { readonly connection: Connection; readonly database: Database; readonly keystore: Keystore };
/** Told how many events more are done. */
export type OnDone = (events: number) => void;

const page = 1000;
const most = 200; // sealed records in one append

/** Goes through a store up to its present end and takes the local events that the copy lacks; answers the end. */
export async function takeLocal(sides: Sides, onDone: OnDone = () => undefined): Promise<Mark | undefined> {
  const { connection, database } = sides;
  await beginWalk(database);
  const end = await findEnd(connection);
  const last = positionOf(end?.position);
  let after: string | undefined;
  for (
    let at = positionOf(after);
    last !== undefined && (at === undefined || isAfter(last, at));
    at = positionOf(after)
  ) {
    const events = await readAll(connection, after, page);
    if (events.length === 0) break;
    await copyWalked(sides, events);
    onDone(events.length);
    after = events.at(-1)?.position;
  }
  return end;
}

/** Gives the store the local events that it lacked on that way, in the order in which they came about. */
export async function giveLocal(sides: Sides, onDone: OnDone = () => undefined): Promise<void> {
  const { connection, database } = sides;
  for (let lacking = await unwalked(sides, most); lacking.length > 0; lacking = await unwalked(sides, most)) {
    await appendInOrder(connection, lacking);
    await noteWalked(database, lacking);
    onDone(lacking.length);
  }
  await beginWalk(database);
}
