import { sql, type Kysely } from 'kysely';
import { consistencyNodes, consistencyProof } from '#ledger/log/consistency.ts';
import { inclusionNodes, inclusionProof } from '#ledger/log/inclusion.ts';
import { type Node, nodesOf, rangeHash, type ReadHash } from '#ledger/log/subtree.ts';
import { readingTiles, type Span, spanOf, type Tile, tileRoot, tileWidth } from '#ledger/log/tiles.ts';
import { hashLength } from '#ledger/log/treeHash.ts';
import { insertNewRows } from '../postgres/rows.ts';
import type { Tables } from '../postgres/tables.ts';

/** A table of a tree's hashes, as C2SP tiles hold them, 32 in a row: `level`, `strip`, `hashes`. */
export type TreeTable = { readonly schema: string; readonly table: string };

const stripWidth = 32; // 1 kB: PostgreSQL would move rows from 2 kB on to a place apart

/** Hashes of one level, next to each other. */
type Run = { readonly level: number; readonly first: number; readonly hashes: readonly Uint8Array[] };

/** Adds leaf hashes to a tree of this size, and the hashes above that they complete. */
export async function appendLeaves(
  db: Kysely<Tables>,
  to: TreeTable,
  size: number,
  leaves: readonly Uint8Array[],
): Promise<void> {
  await appendRun(db, to, { level: 0, first: size, hashes: leaves });
}

async function appendRun(db: Kysely<Tables>, to: TreeTable, { level, first, hashes }: Run): Promise<void> {
  const begun = first % tileWidth;
  const completes = begun + hashes.length >= tileWidth;
  const before = completes ? await readRun(db, to, { level, first: first - begun, count: begun }) : [];
  await writeRun(db, to, { level, first, hashes });
  if (!completes) return;
  const all = [...before, ...hashes];
  const full = Array.from({ length: Math.floor(all.length / tileWidth) }, (_, tile) =>
    tileRoot(all.slice(tile * tileWidth, (tile + 1) * tileWidth)),
  );
  await appendRun(db, to, { level: level + 1, first: Math.floor(first / tileWidth), hashes: full });
}

async function writeRun(db: Kysely<Tables>, to: TreeTable, { level, first, hashes }: Run): Promise<void> {
  const begun = first % stripWidth;
  const rest = begun === 0 ? 0 : Math.min(stripWidth - begun, hashes.length);
  if (rest > 0) await extendStrip(db, to, { level, first, hashes: hashes.slice(0, rest) });
  const rows = [];
  for (let at = rest; at < hashes.length; at += stripWidth) {
    const strip = Buffer.concat(hashes.slice(at, at + stripWidth));
    rows.push({ level, strip: Math.floor((first + at) / stripWidth), hashes: `\\x${strip.toString('hex')}` });
  }
  await insertNewRows(db, to, rows);
}

async function extendStrip(
  db: Kysely<Tables>,
  { schema, table }: TreeTable,
  { level, first, hashes }: Run,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update ${sql.id(schema, table)} set hashes = hashes || ${Buffer.concat(hashes)}
    where level = ${level} and strip = ${Math.floor(first / stripWidth)}
      and octet_length(hashes) = ${(first % stripWidth) * hashLength}`.execute(db);
  if (numAffectedRows !== 1n) throw new Error(`the kept tree does not end at ${first} on level ${level}`);
}

async function readRun(
  db: Kysely<Tables>,
  { schema, table }: TreeTable,
  { level, first, count }: Span,
): Promise<readonly Uint8Array[]> {
  const start = Math.floor(first / stripWidth);
  const { rows } = await sql<{ hashes: Buffer }>`
    select hashes from ${sql.id(schema, table)}
    where level = ${level} and strip >= ${start} and strip < ${Math.ceil((first + count) / stripWidth)}
    order by strip`.execute(db);
  const bytes = Buffer.concat(rows.map(({ hashes }) => hashes)).subarray((first - start * stripWidth) * hashLength);
  const there = Math.min(count, Math.floor(bytes.length / hashLength));
  return Array.from({ length: there }, (_, index) => hashIn(bytes, index));
}

function hashIn(bytes: Buffer, index: number): Buffer {
  return bytes.subarray(index * hashLength, (index + 1) * hashLength);
}

/** The bytes of a tile of hashes; undefined when the tree has not grown as far. */
export async function readTile(
  db: Kysely<Tables>,
  from: TreeTable,
  { level, index, width }: Tile & { readonly level: number },
): Promise<Buffer | undefined> {
  const hashes = await readRun(db, from, { level, first: index * tileWidth, count: width });
  return hashes.length === width ? Buffer.concat(hashes) : undefined;
}

/** Root of the tree as it was at a size. Throws for one it never had. */
export async function rootAt(db: Kysely<Tables>, from: TreeTable, size: number): Promise<Uint8Array> {
  const range = { start: 0, end: size };
  return rangeHash(await readNodes(db, from, nodesOf(range)), range);
}

/** The inclusion proof of a leaf in the tree as it was at a size. */
export async function proofAt(
  db: Kysely<Tables>,
  from: TreeTable,
  { index, size }: { readonly index: number; readonly size: number },
): Promise<readonly Uint8Array[]> {
  return inclusionProof(await readNodes(db, from, inclusionNodes(index, size)), index, size);
}

/** The hashes that show that the tree of `size` leaves begins with that of `oldSize`. */
export async function consistencyAt(
  db: Kysely<Tables>,
  from: TreeTable,
  { oldSize, size }: { readonly oldSize: number; readonly size: number },
): Promise<readonly Uint8Array[]> {
  return consistencyProof(await readNodes(db, from, consistencyNodes(oldSize, size)), oldSize, size);
}

async function readNodes(db: Kysely<Tables>, { schema, table }: TreeTable, nodes: readonly Node[]): Promise<ReadHash> {
  const wanted = new Map(
    nodes
      .map(spanOf)
      .flatMap(stripsOf)
      .map((each) => [nameOf(each), each]),
  );
  const [levels, numbers] = [
    [...wanted.values()].map(({ level }) => level),
    [...wanted.values()].map(({ strip }) => strip),
  ];
  const { rows } = await sql<Strip & { hashes: Buffer }>`
    select level, strip, hashes from ${sql.id(schema, table)}
    join unnest(${levels}::smallint[], ${numbers}::bigint[]) as wanted(level, strip) using (level, strip)`.execute(db);
  const strips = new Map(rows.map((row) => [nameOf(row), row.hashes]));
  return readingTiles((level, place) => {
    const bytes = strips.get(nameOf({ level, strip: Math.floor(place / stripWidth) }));
    const hash = bytes === undefined ? undefined : hashIn(bytes, place % stripWidth);
    if (hash?.length !== hashLength) throw new Error(`the kept tree has no hash ${place} on level ${level}`);
    return hash;
  });
}

type Strip = { readonly level: number; readonly strip: number };

function stripsOf({ level, first, count }: Span): readonly Strip[] {
  const start = Math.floor(first / stripWidth);
  const end = Math.ceil((first + count) / stripWidth);
  return Array.from({ length: end - start }, (_, index) => ({ level, strip: start + index }));
}

function nameOf({ level, strip }: Strip): string {
  return `${level} ${strip}`;
}
