import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Ledger } from '#ledger/ledger.ts';
import { parseNote, writeNote } from '#ledger/log/note.ts';
import { eventually } from '#test/eventually.ts';
import { contentHash } from '../models/contentHash.ts';
import { countMissing } from '../ingest/heal.ts';
import { startIngest } from '../ingest/ingest.ts';
import { rootAt } from '../logs/keptTree.ts';
import { readPosition } from '../models/positions.ts';
import type { Database } from '../postgres/database.ts';
import { findLogEnd, registryTree } from '../models/registryLog.ts';
import { type HistoryBed, joinedAt, lying, openHistoryBed } from '#test/historyBed.ts';
import { openTestDatabase } from '../testing/testNode.ts';
import { copyHistory, type CopiedHistory, type CopyParts } from './copyHistory.ts';
import type { HistoryEntry, HistoryRange } from './historyPage.ts';
import type { HistoryProof, HistorySource } from './historySource.ts';

const people = 1100; // more than a page

let bed: HistoryBed;
let first: number;
let ownPeer: Ledger;
let from: HistorySource;
let and: HistorySource;

beforeAll(async () => {
  bed = await openHistoryBed();
  const { ledger } = bed;
  // Those who are suspended stand before the rest, in whatever order that comes: what the lies below change has no event after it.
  const [early, late] = [await ledger.register(), await ledger.register()];
  await Promise.all(Array.from({ length: people - 2 }, () => ledger.register()));
  await ledger.anchor(['civil-registry', 'election-office']);
  await ledger.suspend(early);
  first = (await ledger.ledger.status()).height;
  await ledger.suspend(late);
  await ledger.register();
  await ledger.anchor(['civil-registry', 'election-office', 'social-protection']);
  await bed.read(bed.database, ledger.ledger.as('civil-registry'));
  ownPeer = joinedAt(ledger.ledger.as('social-protection'), first);
  [from, and] = [bed.source('civil-registry'), bed.source('election-office')];
}, 180_000);
afterAll(() => bed.close());

const countCopied = async ({ kysely }: Database) => {
  const { rows } = await sql<{ count: number }>`select count(*) as count from store.copied_events`.execute(kysely);
  return rows[0]?.count;
};

const proving = (source: HistorySource, change: (proof: HistoryProof) => HistoryProof | Promise<HistoryProof>) => ({
  ...source,
  proof: async (size: number) => change(await source.proof(size)),
});

describe('a node whose peer began with a snapshot', () => {
  let database: Database;
  const copy = (given: Partial<CopyParts> = {}): Promise<CopiedHistory | undefined> =>
    copyHistory({ database, keystore: bed.keystore, ownPeer, from, and, ...given });

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const changed = (index: number, change: (entry: HistoryEntry) => HistoryEntry) => (source: HistorySource) =>
    lying(source, (page) => ({
      ...page,
      entries: page.entries.map((each, at) => (at === index ? change(each) : each)),
    }));
  const body = (change: (body: string) => string) => (entry: HistoryEntry) => ({ ...entry, body: change(entry.body) });
  const oneByte = changed(
    40,
    body((text) => text.replace(/"command":"./, '"command":"~')),
  );
  const swapped = (source: HistorySource) =>
    lying(source, (page) => {
      const entries = [...page.entries];
      const [one, other] = [entries[40], entries[41]];
      if (one === undefined || other === undefined) return page;
      entries.splice(40, 2, { ...one, body: other.body }, { ...other, body: one.body });
      return { ...page, entries };
    });
  // A fact alone in its transaction, so that places still follow each other; later pages are one leaf further on.
  const dropped = (source: HistorySource): HistorySource => {
    const shifted = { ...source, page: (range: HistoryRange) => source.page(behindDropped(range)) };
    return lying(shifted, (page) => {
      const isAlone = ({ index, block }: HistoryEntry, at: number) =>
        index === 0 && page.entries[at + 1]?.block !== block && page.entries.length === 1000;
      const at = page.entries.findLastIndex((entry, place) => place < 999 && isAlone(entry, place));
      return at < 0 ? page : { ...page, entries: page.entries.toSpliced(at, 1) };
    });
  };
  const behindDropped = ({ first: leaf, before }: HistoryRange) => ({ first: leaf === 0 ? 0 : leaf + 1, before });
  const unlinked = (source: HistorySource) =>
    lying(source, (page) => ({
      ...page,
      entries: page.entries.map(body((text) => text.replace(/"prev":"[^"]{43}"/, `"prev":"${'A'.repeat(43)}"`))),
    }));
  const endingEarly = (source: HistorySource) => lying(source, ({ entries }) => ({ entries, whole: true }));
  const otherBlock = changed(0, (entry) => ({ ...entry, transactionId: 'f'.repeat(64) }));
  const numbered = changed(40, (entry) => ({ ...entry, index: entry.index + 1 }));
  const signedBy = (count: number) => (source: HistorySource) =>
    proving(source, (proof) => {
      const { text, signatures } = parseNote(proof.checkpoint);
      return { ...proof, checkpoint: writeNote({ text, signatures: signatures.slice(0, 1 + count) }) };
    });
  const otherRoot = (source: HistorySource) =>
    proving(source, (proof) => ({ ...proof, consistency: proof.consistency.map(() => new Uint8Array(32)) }));
  const otherText = (source: HistorySource) =>
    proving(source, (proof) => ({ ...proof, checkpoint: proof.checkpoint.replace(/\n\d+\n/, '\n9\n') }));
  const otherLog = (source: HistorySource) =>
    proving(source, (proof) => ({ ...proof, checkpoint: proof.checkpoint.replace('/plinth/', '/another/') }));

  it.each([
    ['changes a byte', oneByte],
    ['drops a fact', dropped],
    ['reorders two facts', swapped],
    ['leaves the end out', endingEarly],
    ['places a fact elsewhere', otherBlock],
  ])('takes nothing when one of the two nodes %s', async (_, lie) => {
    await expect(copy({ from: lie(from) })).rejects.toMatchObject({ code: 'ERR_SOURCES_DISAGREE' });
    await expect(copy({ and: lie(and) })).rejects.toMatchObject({ code: 'ERR_SOURCES_DISAGREE' });
    expect(await readPosition(database.kysely, 'model')).toBe(-1);
  });

  it.each([
    ['change a byte', oneByte, 'ERR_ROOT_DISAGREES'],
    ['drop a fact', dropped, 'ERR_ROOT_DISAGREES'],
    ['reorder two facts', swapped, 'ERR_ROOT_DISAGREES'],
    ['leave the end out', endingEarly, 'ERR_HEAD_DISAGREES'],
    ['unlink events', unlinked, 'ERR_CHAIN_BROKEN'],
    ['pass over a number', numbered, 'ERR_PLACE_WRONG'],
    [
      'tell what is no fact',
      changed(
        3,
        body(() => '{}'),
      ),
      'ERR_SOURCE_INVALID',
    ],
  ])('takes nothing when both %s', async (_, lie, code) => {
    await expect(copy({ from: lie(from), and: lie(and) })).rejects.toMatchObject({ code });
    expect(await readPosition(database.kysely, 'model')).toBe(-1);
    expect(await countCopied(database)).toBe(0);
  });

  it.each([
    ['that one agency alone has signed', signedBy(1), 'ERR_NOT_COSIGNED'],
    ['that no agency has signed', signedBy(0), 'ERR_NOT_COSIGNED'],
    ['whose tree is another one', otherRoot, 'ERR_ROOT_DISAGREES'],
    ['that was changed', otherText, 'ERR_CHECKPOINT_WRONG'],
    ['of another log', otherLog, 'ERR_CHECKPOINT_WRONG'],
  ])('takes nothing when either of the two nodes shows a checkpoint %s', async (_, lie, code) => {
    await expect(copy({ from: lie(from) })).rejects.toMatchObject({ code });
    await expect(copy({ and: lie(and) })).rejects.toMatchObject({ code });
    expect(await readPosition(database.kysely, 'model')).toBe(-1);
  });

  it('says that it waits for history', async () => {
    const { keystore } = bed;
    const ingest = startIngest({ database, ledger: ownPeer, keystore, onStatus: () => undefined });
    await eventually(() => expect(ingest.status()).toEqual({ state: 'waiting', for: 'history' }));
    await ingest.stop();
  });

  it('takes nothing when its own peer has another state', async () => {
    const head: Ledger['head'] = async (stream) => {
      const known = await ownPeer.head(stream);
      return known && stream.startsWith('identity-') ? { ...known, hash: 'A'.repeat(43) } : known;
    };
    const refused = copy({ ownPeer: { ...ownPeer, head } });
    await expect(refused).rejects.toMatchObject({ code: 'ERR_HEAD_DISAGREES' });
    expect(await countCopied(database)).toBe(0);
  });

  it('goes on where it was stopped, and ends like a node that read every block', async () => {
    const steps: string[] = [];
    const stopAt = (step: string) => (progress: { readonly step: string; readonly done: number }) => {
      steps.push(`${progress.step} ${progress.done}`);
      if (progress.step === step) throw new Error('stopped');
    };
    await expect(copy({ onProgress: stopAt('copied') })).rejects.toThrow('stopped');
    expect(await countCopied(database)).toBe(1000);
    await expect(copy({ onProgress: stopAt('taken') })).rejects.toThrow('stopped');
    const middle = await readPosition(database.kysely, 'model');
    expect(middle).toBeGreaterThan(0);
    expect(middle).toBeLessThan(first - 1);
    const copied = await copy({ onProgress: stopAt('nowhere') });
    expect(steps).not.toContain('copied 2000');
    expect(copied).toMatchObject({
      before: first,
      cosigners: ['civil-registry', 'election-office', 'social-protection'],
    });
    expect(await readPosition(database.kysely, 'model')).toBe(first - 1);
    expect(await countCopied(database)).toBe(0);

    await bed.read(database, ownPeer);
    const reference = await openTestDatabase();
    await bed.read(reference, joinedAt(bed.ledger.ledger.as('social-protection'), 0));
    expect(await contentHash(database.kysely, 'model')).toBe(await contentHash(reference.kysely, 'model'));
    const end = await findLogEnd(reference);
    expect(await findLogEnd(database)).toEqual(end);
    const rootOf = async (each: Database) => Buffer.from(await rootAt(each.kysely, registryTree, end?.size ?? 0));
    expect(await rootOf(database)).toEqual(await rootOf(reference));
    // Private values are not copied: the node knows which ones it misses.
    expect(await countMissing(database)).toBe(people + 1);
    expect(await countMissing(database)).toBe(await countMissing(reference));
    await reference.close();
    expect(await copy()).toBeUndefined();
  }, 120_000);
});

describe('a node that joins right behind the last anchors', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const joining = async (given: Partial<CopyParts> = {}) => {
    const { ledger, keystore } = bed;
    const peer = ledger.ledger.as('election-office');
    const { height } = await peer.status();
    await bed.read(bed.database, peer);
    return () => copyHistory({ database, keystore, ownPeer: joinedAt(peer, height), from, and, ...given });
  };

  it('waits where facts other than anchors stand behind them', async () => {
    await bed.ledger.register();
    const copy = await joining();
    await expect(copy()).rejects.toMatchObject({ code: 'ERR_NOT_COSIGNED' });
    expect(await readPosition(database.kysely, 'model')).toBe(-1);
    expect(await countCopied(database)).toBeGreaterThan(people);
  });

  it('counts no agency that was removed', async () => {
    const { ledger } = bed;
    await ledger.anchor(['civil-registry', 'social-protection']);
    await bed.read(bed.database, ledger.ledger.as('civil-registry'));
    const { size = 0 } = (await findLogEnd(bed.database)) ?? {};
    const proofs = new Map<HistorySource, HistoryProof>();
    for (const source of [from, and]) proofs.set(source, await source.proof(size));
    const remembering = (source: HistorySource) => proving(source, (proof) => proofs.get(source) ?? proof);
    await ledger.remove('social-protection');
    const copy = await joining({ from: remembering(from), and: remembering(and) });
    await expect(copy()).rejects.toMatchObject({ code: 'ERR_NOT_COSIGNED' });
    expect(await readPosition(database.kysely, 'model')).toBe(-1);
  });

  it('takes anchors as what signed the rest', async () => {
    await bed.ledger.anchor(['civil-registry', 'election-office']);
    const copy = await joining();
    expect(await copy()).toMatchObject({ cosigners: ['civil-registry', 'election-office'] });
    expect(await countCopied(database)).toBe(0);
  }, 60_000);
});
