import { sql, type Kysely } from 'kysely';
import { inclusionNodes, inclusionProof } from '#ledger/log/inclusion.ts';
import { type Node, nodesOf, rangeHash, type ReadHash } from '#ledger/log/subtree.ts';
import { readingTiles, spanOf, type Tile, tileRoot, tileWidth } from '#ledger/log/tiles.ts';
import { insertNewRows } from './postgres/rows.ts';
import type { Tables } from './postgres/tables.ts';

/** A table of a tree's hashes, as C2SP tiles hold them: `level`, `place`, `hash`. */
export type TreeTable = { readonly schema: string; readonly table: string };

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
  const rows = hashes.map((hash, index) => ({ level, place: first + index, hash: hexOf(hash) }));
  await insertNewRows(db, to, rows);
  const begun = first % tileWidth;
  if (begun + hashes.length < tileWidth) return;
  const before = begun === 0 ? [] : await readRun(db, to, { level, first: first - begun, count: begun });
  const all = [...before, ...hashes];
  const full = Array.from({ length: Math.floor(all.length / tileWidth) }, (_, tile) =>
    tileRoot(all.slice(tile * tileWidth, (tile + 1) * tileWidth)),
  );
  await appendRun(db, to, { level: level + 1, first: Math.floor(first / tileWidth), hashes: full });
}

/** Bytes as JSON carries them to PostgreSQL. */
function hexOf(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

type Stretch = { readonly level: number; readonly first: number; readonly count: number };

async function readRun(
  db: Kysely<Tables>,
  { schema, table }: TreeTable,
  { level, first, count }: Stretch,
): Promise<readonly Uint8Array[]> {
  const { rows } = await sql<{ hash: Buffer }>`
    select hash from ${sql.id(schema, table)}
    where level = ${level} and place >= ${first} and place < ${first + count} order by place`.execute(db);
  return rows.map(({ hash }) => hash);
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

async function readNodes(db: Kysely<Tables>, { schema, table }: TreeTable, nodes: readonly Node[]): Promise<ReadHash> {
  const spans = nodes.map(spanOf);
  const columns = [spans.map(({ level }) => level), spans.map(({ first }) => first), spans.map(({ count }) => count)];
  const [levels, firsts, counts] = columns;
  const { rows } = await sql<{ level: number; place: number; hash: Buffer }>`
    select tree.level, tree.place, tree.hash
    from unnest(${levels}::smallint[], ${firsts}::bigint[], ${counts}::bigint[]) as wanted(level, first, count)
    join ${sql.id(schema, table)} as tree
      on tree.level = wanted.level and tree.place >= wanted.first and tree.place < wanted.first + wanted.count
  `.execute(db);
  const hashes = new Map(rows.map(({ level, place, hash }) => [`${level} ${place}`, hash]));
  return readingTiles((level, place) => {
    const hash = hashes.get(`${level} ${place}`);
    if (hash === undefined) throw new Error(`the kept tree has no hash ${place} on level ${level}`);
    return hash;
  });
}
