import { sql } from 'kysely';
import { accessPlace, lockAccessKeys } from '../logs/accessKeys.ts';
import type { Keystore } from './keystore.ts';
import { lockFolding } from '../ingest/locks.ts';
import { keyPlace } from './opening.ts';
import type { Database, Trx } from '../postgres/database.ts';

type Parts = { readonly database: Database; readonly keystore: Keystore };
type Row = { readonly stream: string; readonly version: number; readonly wrapped: Uint8Array };
type Cursor = Pick<Row, 'stream' | 'version'>;

/** How many keys were wrapped anew, and how many no key of this node opens any more. */
export type Rewrapped = { readonly rewrapped: number; readonly lost: number };

const pageSize = 500;

/**
 * Wraps every content key under the node's newest key. Each page is a transaction of its own, so whoever is stopped goes on
 * where it stopped. Afterwards nothing is wrapped under the former key any more, and nothing will be.
 */
export async function rewrapContentKeys({ database, keystore }: Parts): Promise<Rewrapped> {
  const before = await rewrapAll((work) => database.kysely.transaction().execute(work), keystore);
  // What was on its way while the key changed was wrapped under the former one. Whoever wraps holds this lock.
  const last = await database.kysely.transaction().execute(async (trx) => {
    await lockFolding(trx);
    await lockAccessKeys(trx);
    return rewrapAll((work) => work(trx), keystore);
  });
  return { rewrapped: before.rewrapped + last.rewrapped, lost: last.lost };
}

type InTransaction = <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;

async function rewrapAll(inTransaction: InTransaction, keystore: Keystore): Promise<Rewrapped> {
  const [content, access] = [await rewrapContent(inTransaction, keystore), await rewrapAccess(inTransaction, keystore)];
  return { rewrapped: content.rewrapped + access.rewrapped, lost: content.lost + access.lost };
}

async function rewrapContent(inTransaction: InTransaction, keystore: Keystore): Promise<Rewrapped> {
  const sum = { rewrapped: 0, lost: 0 };
  let after: Cursor | undefined = { stream: '', version: 0 };
  while (after !== undefined) {
    const from: Cursor = after;
    const page = await inTransaction((trx) => rewrapPage(trx, keystore, from));
    sum.rewrapped += page.rewrapped;
    sum.lost += page.lost;
    after = page.last;
  }
  return sum;
}

async function rewrapPage(
  trx: Trx,
  keystore: Keystore,
  { stream, version }: Cursor,
): Promise<Rewrapped & { readonly last: Cursor | undefined }> {
  const mark = Buffer.from(keystore.wrapMark());
  const { rows } = await sql<Row>`
    select stream, version, wrapped from keystore.content_keys
    where (stream, version) > (${stream}, ${version}) and not starts_with(encode(wrapped, 'hex'), ${mark.toString('hex')})
    order by stream, version limit ${pageSize} for update`.execute(trx);
  const opened = rows.flatMap((row) => findOpened(keystore, row) ?? []);
  const streams = opened.map((row) => row.stream);
  const versions = opened.map((row) => row.version);
  const wraps = opened.map((row) => Buffer.from(keystore.wrap(row.contentKey, keyPlace(row.stream, row.version))));
  await sql`
    update keystore.content_keys k set wrapped = n.wrapped
    from unnest(${streams}::text[], ${versions}::integer[], ${wraps}::bytea[]) as n(stream, version, wrapped)
    where k.stream = n.stream and k.version = n.version`.execute(trx);
  return { rewrapped: opened.length, lost: rows.length - opened.length, last: rows.at(-1) };
}

type AccessRow = { readonly id: string; readonly wrapped: Uint8Array };

/** The same for the keys of access records that lie sealed in another store. */
async function rewrapAccess(inTransaction: InTransaction, keystore: Keystore): Promise<Rewrapped> {
  const sum = { rewrapped: 0, lost: 0 };
  for (let after: string | undefined = nil; after !== undefined;) {
    const from: string = after;
    const rows = await inTransaction((trx) => rewrapAccessPage(trx, keystore, from));
    sum.rewrapped += rows.filter(({ isOpen }) => isOpen).length;
    sum.lost += rows.filter(({ isOpen }) => !isOpen).length;
    after = rows.at(-1)?.id;
  }
  return sum;
}

const nil = '00000000-0000-0000-0000-000000000000';

async function rewrapAccessPage(trx: Trx, keystore: Keystore, after: string) {
  const mark = Buffer.from(keystore.wrapMark()).toString('hex');
  const { rows } = await sql<AccessRow>`
    select access_id as id, wrapped from keystore.access_keys
    where access_id > ${after}::uuid and not starts_with(encode(wrapped, 'hex'), ${mark})
    order by access_id limit ${pageSize} for update`.execute(trx);
  const opened = rows.map(({ id, wrapped }) => ({ id, key: openedAccess(keystore, id, wrapped) }));
  const wraps = opened.flatMap(({ id, key }) =>
    key === undefined ? [] : [{ id, wrapped: Buffer.from(keystore.wrap(key, accessPlace(id))) }],
  );
  await sql`
    update keystore.access_keys k set wrapped = n.wrapped
    from unnest(${wraps.map(({ id }) => id)}::uuid[], ${wraps.map(({ wrapped }) => wrapped)}::bytea[]) as n(id, wrapped)
    where k.access_id = n.id`.execute(trx);
  return opened.map(({ id, key }) => ({ id, isOpen: key !== undefined }));
}

function openedAccess(keystore: Keystore, id: string, wrapped: Uint8Array): Uint8Array | undefined {
  try {
    return keystore.open(wrapped, accessPlace(id));
  } catch {
    return undefined; // wrapped under a key that was lost: counted
  }
}

function findOpened(keystore: Keystore, row: Row): (Cursor & { readonly contentKey: Uint8Array }) | undefined {
  const { stream, version, wrapped } = row;
  try {
    return { stream, version, contentKey: keystore.open(wrapped, keyPlace(stream, version)) };
  } catch {
    return undefined; // wrapped under a key that was lost: counted
  }
}
