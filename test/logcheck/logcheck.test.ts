import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkpointText } from '#ledger/log/checkpoint.ts';
import { cosign, cosignatureLine, cosignerVerifier } from '#ledger/log/cosignature.ts';
import { entryBundleOf } from '#ledger/log/entryBundle.ts';
import { inclusionProof } from '#ledger/log/inclusion.ts';
import { logKeyOf } from '#ledger/log/logKey.ts';
import { logVerifier, signAsLog } from '#ledger/log/logSignature.ts';
import { writeNote } from '#ledger/log/note.ts';
import { cosignerNameOf, originOf } from '#ledger/log/origin.ts';
import { writeProof } from '#ledger/log/proofFile.ts';
import { type Tile, tileOf, tilePath, tilesOf } from '#ledger/log/tiles.ts';
import { Tree } from '#ledger/log/tree.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { buildLogcheck, type Verdict } from './logcheck.ts';

const minutes = 60_000;
const size = 70_000; // three levels of tiles, with a partial one on each
const origin = originOf('plinth', Buffer.alloc(32, 7));
const agencies = ['civil-registry', 'election-office'];
const keys = agencies.map((agency, index) => ({ agency, key: logKeyOf(Buffer.alloc(32, index + 1)) }));
const log = keys
  .slice(0, 1)
  .map(({ agency, key }) => ({ key, ...logVerifier(origin, { agency, publicKey: key.publicKey }) }));
const cosigners = keys.map(({ agency, key }) => {
  const name = cosignerNameOf(origin, agency);
  return { key, ...cosignerVerifier(name, { agency, publicKey: key.publicKey }) };
});

const entry = (index: number) => Buffer.from(JSON.stringify({ type: 'Said', version: index + 1, data: { index } }));
const tree = new Tree();
for (let index = 0; index < size; index += 1) tree.append(leafHash(entry(index)));
const text = checkpointText({ origin, size, root: tree.root() });
const checkpoint = writeNote({
  text,
  signatures: [
    ...log.map(({ key }) => signAsLog(text, origin, key)),
    ...cosigners.map(({ name, key }) => cosignatureLine(name, key.publicKey, cosign(text, key, 1_790_000_000))),
  ],
});

let home: string;
let whole: string;
let logcheck: ReturnType<typeof buildLogcheck>;

function bytesOf(tile: Tile): Buffer {
  const { level, index, width } = tile;
  if (level !== 'entries') return tileOf(tree.hash, { ...tile, level });
  return entryBundleOf(Array.from({ length: width }, (_, place) => entry(index * 256 + place)));
}

async function writeTree(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'checkpoint'), checkpoint);
  for (const tile of tilesOf(size)) {
    const path = join(folder, tilePath(tile));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytesOf(tile));
  }
}

/** What software of other people says. */
const check = (...more: readonly string[]): Promise<Verdict> => {
  const known = cosigners.map(({ line }) => line).join(',');
  return logcheck('-origin', origin, '-key', log[0]?.line ?? '', '-cosigners', known, ...more);
};

const accepted = { code: 0, said: expect.stringMatching(/^accepted: /) };
const refused = { code: 1, said: expect.stringMatching(/^refused: /) };

/** A copy of the log in which one file is not what it was. */
async function spoiled(path: string, spoil: (bytes: Buffer) => Buffer): Promise<string> {
  const copy = await mkdtemp(join(home, 'spoiled-'));
  await cp(whole, copy, { recursive: true });
  const file = join(copy, path);
  await writeFile(file, spoil(await readFile(file)));
  return copy;
}

function flipAt(part: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const at = Math.floor(part * (bytes.length - 1));
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'plinth-logcheck-'));
  whole = join(home, 'whole');
  logcheck = buildLogcheck(home);
  await writeTree(whole);
}, 10 * minutes);

afterAll(() => rm(home, { recursive: true }));

describe('a log in tiles', () => {
  it('is accepted by Tessera and by Go’s tlog, with its cosignatures', async () => {
    expect(await check('-log', whole, '-cosigned', '2')).toEqual({
      code: 0,
      said: expect.stringContaining(`${size} entries, root ${Buffer.from(tree.root()).toString('base64')}`),
    });
  });

  it.each([
    ['the first leaf hash', 'tile/0/000', 0],
    ['a leaf hash in the middle', 'tile/0/123', 0.5],
    ['the last leaf hash', 'tile/0/273.p/112', 1],
    ['a hash above', 'tile/1/000', 0.3],
    ['a hash of a partial tile', 'tile/1/001.p/17', 0.9],
    ['the highest hash', 'tile/2/000.p/1', 0.5],
    ['a length in a bundle', 'tile/entries/000', 0],
    ['an entry', 'tile/entries/200', 0.5],
    ['the last entry', 'tile/entries/273.p/112', 1],
    ['the name of the log', 'checkpoint', 0],
    ['the root', 'checkpoint', 0.15],
    ['a cosignature', 'checkpoint', 0.97],
  ])('is refused when a bit of %s is changed', async (_, path, part) => {
    expect(await check('-log', await spoiled(path, flipAt(part)), '-cosigned', '2')).toEqual(refused);
  });

  it('is refused when a tile is cut off, longer or missing', async () => {
    const spoils: readonly ((bytes: Buffer) => Buffer)[] = [
      (bytes) => bytes.subarray(0, -32),
      (bytes) => Buffer.concat([bytes, bytes.subarray(0, 32)]),
      () => Buffer.alloc(0),
    ];
    for (const spoil of spoils) expect(await check('-log', await spoiled('tile/0/005', spoil))).toEqual(refused);
  });

  it('is refused when it is another log, or too few have cosigned', async () => {
    expect(await check('-log', whole, '-cosigned', '3')).toEqual(refused);
    expect(await check('-log', whole, '-origin', `${origin}/other`)).toEqual(refused);
    const ours = cosigners[0]?.line ?? '';
    expect(await check('-log', whole, '-cosigners', ours, '-cosigned', '2')).toEqual(refused);
  });
});

describe('a proof file', () => {
  const files = async (index: number, spoil: (proof: string) => string = (proof) => proof) => {
    const folder = await mkdtemp(join(home, 'proof-'));
    const proof = writeProof({ index, path: inclusionProof(tree.hash, index, size), checkpoint });
    await writeFile(join(folder, 'proof'), spoil(proof));
    await writeFile(join(folder, 'entry'), entry(index));
    return ['-proof', join(folder, 'proof'), '-entry', join(folder, 'entry'), '-cosigned', '2'];
  };

  it.each([0, 1, 255, 256, 65_535, 65_536, size - 1])('of entry %d is accepted by Go’s tlog', async (index) => {
    expect(await check(...(await files(index)))).toEqual(accepted);
  });

  it('is refused when index, hashes or checkpoint are changed', async () => {
    const spoils: readonly ((proof: string) => string)[] = [
      (proof) => proof.replace('index 300', 'index 301'),
      (proof) => proof.replace(/(index \d+\n)(.*\n)/, '$1'),
      (proof) => proof.replace('\n70000\n', '\n70001\n'),
      (proof) => proof.replace(/\u2014.*\n$/, ''),
    ];
    for (const spoil of spoils) expect(await check(...(await files(300, spoil)))).toEqual(refused);
  });
});
