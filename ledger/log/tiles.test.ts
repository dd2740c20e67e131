import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryBundleOf, longestEntry, parseEntryBundle } from './entryBundle.ts';
import { inclusionProof } from './inclusion.ts';
import { LogFault } from './logFault.ts';
import { parseTilePath, readingTiles, spanOf, tileOf, tilePath, tileRoot, tilesOf } from './tiles.ts';
import { Tree } from './tree.ts';
import { leafHash } from './treeHash.ts';

const index = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 40 }));
const anyTile = fc.record({
  level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
  index,
  width: fc.integer({ min: 1, max: 256 }),
});

describe('the path of a tile', () => {
  it('is written as the specification shows', () => {
    expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 2, index: 0, width: 1 })).toBe('tile/2/000.p/1');
    expect(tilePath({ level: 'entries', index: 1000, width: 255 })).toBe('tile/entries/x001/000.p/255');
  });

  it('is read back to the same tile', () => {
    fc.assert(fc.property(anyTile, (tile) => expect(parseTilePath(tilePath(tile))).toEqual(tile)));
  });

  it.each([
    '',
    'tile',
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/0/x001/x000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000/',
    'tile/0/../000',
    'tile/entries/00',
    'Tile/0/000',
    'tile/0/x001/x000/x000/x000/x000/x000/000',
    'tile/0/000\n',
  ])('is not %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(LogFault);
  });

  it('is not just any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseTilePath(`tile/${text}`)).toThrow(LogFault);
      }),
    );
  });
});

describe('the tiles of a tree', () => {
  const tree = new Tree();
  for (let leaf = 0; leaf < 70_000; leaf += 1) tree.append(leafHash(Buffer.from(String(leaf))));

  it('are those of the specification’s example', () => {
    const hashes = tilesOf(70_000).filter(({ level }) => level !== 'entries');
    expect(hashes.filter(({ width }) => width === 256)).toHaveLength(273 + 1);
    expect(hashes.filter(({ width }) => width < 256)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(tilesOf(256).map(tilePath)).toEqual(['tile/0/000', 'tile/entries/000', 'tile/1/000.p/1']);
    expect(tilesOf(0)).toEqual([]);
  });

  it('hold all that proofs need', () => {
    const tiles = new Map<number, Buffer[]>();
    for (const tile of tilesOf(70_000)) {
      const { level } = tile;
      if (level !== 'entries') tiles.set(level, [...(tiles.get(level) ?? []), tileOf(tree.hash, { ...tile, level })]);
    }
    const bytes = [...tiles.values()].map((each) => Buffer.concat(each));
    const read = readingTiles((level, place) => bytes[level]?.subarray(place * 32, place * 32 + 32) ?? Buffer.alloc(0));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), fc.nat(), (size, chosen) => {
        const proof = (from: typeof read) => inclusionProof(from, chosen % size, size).map((each) => Buffer.from(each));
        expect(proof(read)).toEqual(proof(tree.hash));
      }),
    );
  });

  it('have the roots that stand in the tiles above', () => {
    const hashes = Array.from({ length: 256 }, (_, place) => tree.hash(0, 512 + place));
    expect(Buffer.from(tileRoot(hashes))).toEqual(Buffer.from(tree.hash(8, 2)));
    expect(() => tileRoot(hashes.slice(1))).toThrow(RangeError);
  });

  it('say where the hash of a subtree is made from', () => {
    expect(spanOf({ level: 0, index: 7 })).toEqual({ level: 0, first: 7, count: 1 });
    expect(spanOf({ level: 3, index: 7 })).toEqual({ level: 0, first: 56, count: 8 });
    expect(spanOf({ level: 8, index: 7 })).toEqual({ level: 1, first: 7, count: 1 });
  });
});

describe('an entry bundle', () => {
  it('is read back to its entries', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (entries) => {
        const read = parseEntryBundle(entryBundleOf(entries)).map((each) => Buffer.from(each));
        expect(read).toEqual(entries.map((each) => Buffer.from(each)));
      }),
    );
  });

  it('is refused when it ends too early', () => {
    const bundle = entryBundleOf([Buffer.from('one'), Buffer.from('two')]);
    for (const end of [1, 3, 4, 6, 9]) expect(() => parseEntryBundle(bundle.subarray(0, end))).toThrow(LogFault);
  });

  it('takes entries of 65,535 bytes and none longer', () => {
    expect(parseEntryBundle(entryBundleOf([Buffer.alloc(longestEntry, 7)]))[0]).toHaveLength(longestEntry);
    expect(() => entryBundleOf([Buffer.alloc(longestEntry + 1)])).toThrow(LogFault);
  });
});
