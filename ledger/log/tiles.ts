import { insist } from './logFault.ts';
import type { Node, ReadHash } from './subtree.ts';
import { nodeHash } from './treeHash.ts';

/** Hashes in a full tile. */
export const tileWidth = 256;
const tileHeight = 8;
const highestLevel = 63;

/** A C2SP tile: `level` 0 holds leaf hashes, or `entries` the entries themselves; fewer than 256 wide, it is partial. */
export type Tile = { readonly level: number | 'entries'; readonly index: number; readonly width: number };

/** Path of a tile below the log's address. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const name = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** Reads the path of a tile; there is one way only to write each. */
export function parseTilePath(path: string): Tile {
  const [, level = '', name = '', , width] =
    /^tile\/(entries|\d{1,2})\/((x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(name.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  };
  const exists = tile.level === 'entries' || tile.level <= highestLevel;
  insist(
    exists && tile.width > 0 && tile.width <= tileWidth && tilePath(tile) === path,
    'ERR_TILE_PATH_MALFORMED',
    'this is not the path of a tile',
  );
  return tile;
}

/** Every tile of a tree of this size, entry bundles among them. */
export function tilesOf(size: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / tileWidth)) {
    for (let first = 0; first < hashes; first += tileWidth) {
      const place = { index: first / tileWidth, width: Math.min(tileWidth, hashes - first) };
      tiles.push({ level, ...place });
      if (level === 0) tiles.push({ level: 'entries', ...place });
    }
  }
  return tiles;
}

/** The bytes of a tile of hashes. */
export function tileOf(read: ReadHash, { level, index, width }: Tile & { readonly level: number }): Buffer {
  const hashes = Array.from({ length: width }, (_, place) => read(level * tileHeight, index * tileWidth + place));
  return Buffer.concat(hashes);
}

/** Consecutive hashes of one tile level. */
export type Span = { readonly level: number; readonly first: number; readonly count: number };

/** The hashes in tiles from which the hash of a subtree is made; they all lie in one tile. */
export function spanOf({ level, index }: Node): Span {
  const tileLevel = Math.floor(level / tileHeight);
  const count = 2 ** (level - tileLevel * tileHeight);
  return { level: tileLevel, first: index * count, count };
}

/** Reads hashes of subtrees where only the hashes in tiles are kept. */
export function readingTiles(hashAt: (tileLevel: number, place: number) => Uint8Array): ReadHash {
  const read: ReadHash = (level, index) =>
    level % tileHeight === 0
      ? hashAt(level / tileHeight, index)
      : nodeHash(read(level - 1, index * 2), read(level - 1, index * 2 + 1));
  return read;
}

/** The hash over a full tile, which stands in the tile above it. */
export function tileRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length !== tileWidth) throw new RangeError(`a full tile has ${tileWidth} hashes`);
  const read: ReadHash = (level, index) =>
    level === 0
      ? (hashes[index] ?? Buffer.alloc(0))
      : nodeHash(read(level - 1, index * 2), read(level - 1, index * 2 + 1));
  return read(tileHeight, 0);
}
