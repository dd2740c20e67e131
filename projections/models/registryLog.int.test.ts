import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { cosign } from '#ledger/log/cosignature.ts';
import { verifyInclusion } from '#ledger/log/inclusion.ts';
import { logKeyOf } from '#ledger/log/logKey.ts';
import { tileOf, tilesOf } from '#ledger/log/tiles.ts';
import { Tree } from '#ledger/log/tree.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { findAnchoredSizes, findAnchorsAt, findLogKeys, findNewestAnchors, isSigned } from './anchors.ts';
import { proofAt, readTile, rootAt } from '../logs/keptTree.ts';
import { rebuild } from './rebuild.ts';
import { findLeaf, findLeafIndex, findLogEnd, readLeaves, registryTree } from './registryLog.ts';
import type { NewFact } from '../testing/registryFacts.ts';
import { schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const rule = { purpose: 'AgeVerification', attributes: ['dateOfBirth'] };
const published = (id: number): NewFact => ({
  stream: `sharingPolicy-p${id}`,
  fact: { type: 'SharingPolicyPublished', data: { name: { eng: `Policy ${id}` }, rules: [rule], matching: [] } },
});
const bytes = (each: Uint8Array | undefined) => Buffer.from(each ?? []).toString('hex');

/** The tree that the facts in the store make, built by nobody else's means. */
async function treeOf({ database }: TestNode): Promise<Tree> {
  const { rows } = await sql<{ body: string }>`
    select body from store.events where block is not null order by block, transaction, event`.execute(database.kysely);
  const tree = new Tree();
  for (const { body } of rows) tree.append(leafHash(Buffer.from(body)));
  return tree;
}

describe('the registry log of a node', () => {
  let node: TestNode;
  let tree: Tree;
  const blocks = [1, 3, 250, 2, 1, 600, 9, 158, 1200];
  const ends = blocks.map((_, index) => blocks.slice(0, index + 1).reduce((sum, each) => sum + each, 0));

  beforeAll(async () => {
    node = await openTestNode();
    let next = 0;
    for (const count of blocks)
      await node.take(...Array.from({ length: count }, () => (next++ === 0 ? schemaPublished() : published(next))));
    tree = await treeOf(node);
  });
  afterAll(() => node.close());

  it('has the root of the ledger’s events at the end of every block', async () => {
    expect(await findLogEnd(node.database)).toEqual({ block: blocks.length - 1, size: 2224 });
    for (const size of ends)
      expect(bytes(await rootAt(node.database.kysely, registryTree, size))).toBe(bytes(tree.root(size)));
  });

  it('holds every tile, full and partial, and none beyond', async () => {
    for (const size of ends)
      for (const tile of tilesOf(size)) {
        const { level } = tile;
        if (level === 'entries') continue;
        const kept = await readTile(node.database.kysely, registryTree, { ...tile, level });
        expect(bytes(kept)).toBe(bytes(tileOf(tree.hash, { ...tile, level })));
      }
    const beyond = [
      { level: 0, index: 8, width: 177 },
      { level: 1, index: 0, width: 9 },
      { level: 9, index: 0, width: 1 },
    ];
    for (const tile of beyond) expect(await readTile(node.database.kysely, registryTree, tile)).toBeUndefined();
  });

  it('proves any event by stream and version, at any size', async () => {
    for (const [index, size] of [
      [0, 1],
      [3, 4],
      [254, 256],
      [255, 1024],
      [256, 857],
      [1023, 1024],
    ] as const) {
      const stream = index === 0 ? schemaStream : `sharingPolicy-p${index + 1}`;
      const leaf = await findLeaf(node.database, stream, 1);
      if (leaf === undefined) throw new Error(`${stream} is not there`);
      expect(await findLeafIndex(node.database, stream, 1)).toBe(index);
      const proof = await proofAt(node.database.kysely, registryTree, { index, size });
      expect(verifyInclusion(proof, { leaf: leafHash(leaf), index, size, root: tree.root(size) })).toBe(true);
    }
    expect(await findLeafIndex(node.database, 'sharingPolicy-p2', 2)).toBeUndefined();
    expect(await findLeaf(node.database, 'sharingPolicy-p2', 2)).toBeUndefined();
  });

  it('reads leaves from anywhere in the middle of blocks', async () => {
    for (const [first, count] of [
      [0, 256],
      [256, 256],
      [253, 10],
      [2220, 4],
    ] as const) {
      const leaves = await readLeaves(node.database, first, count);
      expect(leaves.map((leaf) => bytes(leafHash(leaf)))).toEqual(
        Array.from({ length: count }, (_, place) => bytes(tree.hash(0, first + place))),
      );
    }
    expect(await readLeaves(node.database, 2220, 100)).toHaveLength(4);
    expect(await readLeaves(node.database, 5000, 100)).toEqual([]);
  });

  it('is the same after a rebuild, whose pages end within blocks', async () => {
    const { before, after } = await rebuild({ database: node.database });
    expect(after).toBe(before);
    expect(bytes(await rootAt(node.database.kysely, registryTree, 2224))).toBe(bytes(tree.root()));
  });

  it('takes in what a node knew before it kept the log', async () => {
    await sql`truncate model.log_strips, model.log_blocks`.execute(node.database.kysely);
    expect(await findLogEnd(node.database)).toBeUndefined();
    await node.take(published(5000), published(5001));
    const whole = await treeOf(node);
    expect(await findLogEnd(node.database)).toEqual({ block: blocks.length, size: 2226 });
    expect(bytes(await rootAt(node.database.kysely, registryTree, 2226))).toBe(bytes(whole.root()));
    const { before, after } = await rebuild({ database: node.database });
    expect(after).toBe(before);
  });
});

describe('the anchors that a node knows', () => {
  let node: TestNode;
  const [first, second] = [logKeyOf(Buffer.alloc(32, 1)), logKeyOf(Buffer.alloc(32, 2))];
  const officer = { officer: 'o1', key: {}, roles: ['administrator'], validFrom: '2026-01-01T00:00:00.000Z' };
  const agencyIs = (agency: string, type: string, data: object): NewFact => ({
    stream: `agency-${agency}`,
    fact: { type, data },
    agency,
  });
  const admitted = (agency: string, logKey?: string) =>
    agencyIs(agency, 'AgencyAdmitted', {
      name: { eng: agency },
      transportKey: { epoch: 1, key: 'k' },
      administrator: officer,
      ...(logKey !== undefined && { logKey }),
    });
  const text = 'a checkpoint\n';
  const anchored = (agency: string, size: number, key = first): NewFact => {
    const { time, signature } = cosign(text, key, 1_790_000_000);
    const cosignature = { time, signature: Buffer.from(signature).toString('base64url') };
    const data = { log: 'registry', size, root: 'R'.repeat(43), cosignature };
    return { stream: `anchor-${agency}`, fact: { type: 'TreeAnchored', data }, agency };
  };

  beforeAll(async () => {
    node = await openTestNode();
    await node.take(admitted('civil-registry', first.publicKey), admitted('election-office'));
    await node.take(anchored('civil-registry', 2), anchored('election-office', 2));
    // Anchored, a new key, anchored: on one page, where the order of the facts decides which key counts.
    await node.take(
      anchored('civil-registry', 4),
      agencyIs('civil-registry', 'LogKeyRotated', { key: second.publicKey }),
      anchored('civil-registry', 5, second),
      agencyIs('election-office', 'LogKeyRotated', { key: first.publicKey }),
      anchored('election-office', 5),
    );
  });
  afterAll(() => node.close());

  const keysAt = async (size: number) =>
    (await findAnchorsAt(node.database, 'registry', size)).map((each) => [each.agency, each.logKey]);

  it('stand with the key that was the agency’s at that moment', async () => {
    expect(await keysAt(2)).toEqual([
      ['civil-registry', first.publicKey],
      ['election-office', null],
    ]);
    expect(await keysAt(4)).toEqual([['civil-registry', first.publicKey]]);
    const newest = await findNewestAnchors(node.database, 'registry');
    expect(newest.map(({ agency, size, logKey }) => [agency, size, logKey])).toEqual([
      ['civil-registry', 5, second.publicKey],
      ['election-office', 5, first.publicKey],
    ]);
    expect(newest.map((anchor) => isSigned(anchor, text))).toEqual([true, true]);
    const [old] = await findAnchorsAt(node.database, 'registry', 2);
    expect(old && isSigned(old, text)).toBe(true);
    expect(old && isSigned(old, 'another checkpoint\n')).toBe(false);
  });

  it('tell which sizes several agencies have anchored', async () => {
    expect(await findAnchoredSizes(node.database, 'registry', { above: 0, agencies: 2 })).toEqual([5, 2]);
    expect(await findAnchoredSizes(node.database, 'registry', { above: 2, agencies: 1 })).toEqual([5, 4]);
    expect(await findAnchoredSizes(node.database, 'access', { above: 0, agencies: 1 })).toEqual([]);
  });

  it('count no agency any more that was removed', async () => {
    await node.take(agencyIs('election-office', 'AgencyRemoved', { reason: 'end-of-service' }));
    expect(await findAnchoredSizes(node.database, 'registry', { above: 0, agencies: 2 })).toEqual([]);
    expect(await findLogKeys(node.database)).toEqual([{ agency: 'civil-registry', key: second.publicKey }]);
    const { before, after } = await rebuild({ database: node.database });
    expect(after).toBe(before);
  });
});
