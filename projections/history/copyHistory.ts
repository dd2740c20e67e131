import { sha256 } from '#domain/seal/digest.ts';
import { BlocksPruned } from '#ledger/ledger.ts';
import type { Keystore } from '../keys/keystore.ts';
import { readPosition } from '../models/positions.ts';
import type { Database } from '../postgres/database.ts';
import { checkChains } from './checkChains.ts';
import { checkHeads, type OwnPeer } from './checkHeads.ts';
import { checkTree, findCosigners, type ProvedTree } from './checkTree.ts';
import { countCopiedStreams, dropCopy, keepEntries, resumeCopy } from './copiedEvents.ts';
import { HistoryFault, type HistoryFaultCode } from './historyFault.ts';
import { type HistoryPage, parseHistoryPage } from './historyPage.ts';
import type { HistorySource } from './historySource.ts';
import { takeCopied } from './takeCopied.ts';

/** How far a copy is: what it does, and how many of how many it has done; `of` is unknown while it copies. */
export type CopyProgress = {
  readonly step: 'copied' | 'checked' | 'taken';
  readonly done: number;
  readonly of?: number;
};

export type CopyParts = {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly ownPeer: OwnPeer;
  /** Tells the facts. */
  readonly from: HistorySource;
  /** Has to tell the same, so that one node alone cannot invent. */
  readonly and: HistorySource;
  readonly onProgress?: (progress: CopyProgress) => void;
};

/** What was copied: facts of blocks before `before`, proved against what these agencies have signed. */
export type CopiedHistory = { readonly size: number; readonly before: number; readonly cosigners: readonly string[] };

/**
 * Copies what the own peer never had, because it began with a snapshot, from two other agencies' nodes. Nothing is folded
 * before all of it is proved. May be stopped at any moment, and given again. Undefined when the own peer misses nothing.
 */
export async function copyHistory(parts: CopyParts): Promise<CopiedHistory | undefined> {
  const { database, from, and } = parts;
  if (from.agency === and.agency) throw new Error('two sources are two agencies');
  const before = await findFirstBlock(parts);
  if (before === undefined) return undefined;
  try {
    const size = await copy(parts, before);
    const proved = await prove(parts, before, size);
    let done = 0;
    const onTaken = (facts: number) => parts.onProgress?.({ step: 'taken', done: (done += facts), of: size });
    await takeCopied({ ...parts, before, size, onTaken }, proved);
    return { size, before, cosigners: proved.cosigners };
  } catch (error) {
    if (error instanceof HistoryFault && !passing.includes(error.code)) await dropCopy(database);
    throw error;
  }
}

// What time heals does not speak against the copy; anything else may be the doing of what was copied before.
const passing: readonly HistoryFaultCode[] = ['ERR_NOT_COSIGNED', 'ERR_SOURCE_UNREACHABLE'];

/** The first block that the own peer has, when this node's read models need earlier ones. */
async function findFirstBlock({ database, ownPeer }: CopyParts): Promise<number | undefined> {
  const next = (await readPosition(database.kysely, 'model')) + 1;
  const { height } = await ownPeer.status();
  if (next >= height) return undefined;
  const done = new AbortController();
  try {
    await ownPeer.blocks(next, done.signal)[Symbol.asyncIterator]().next();
    return undefined;
  } catch (error) {
    if (error instanceof BlocksPruned) return error.first;
    throw error;
  } finally {
    done.abort();
  }
}

async function copy({ database, from, and, onProgress }: CopyParts, before: number): Promise<number> {
  let end = await resumeCopy(database, before);
  for (;;) {
    const range = { first: end.size, before };
    const [text, digest] = await Promise.all([from.page(range), and.digest(range)]);
    if (sha256(text) !== digest)
      throw new HistoryFault('ERR_SOURCES_DISAGREE', disagreement(from.agency, and.agency, end.size));
    const page = parsed(text, from);
    end = await keepEntries(database, end, page.entries, before);
    onProgress?.({ step: 'copied', done: end.size });
    if (page.whole) return end.size;
  }
}

function disagreement(one: string, other: string, first: number): string {
  return `the nodes of ${one} and ${other} do not tell the same from fact ${first} on; ask a third, which shows who is wrong`;
}

function parsed(text: string, { agency }: HistorySource): HistoryPage {
  const page = parseHistoryPage(text);
  if (page === undefined) throw new HistoryFault('ERR_SOURCE_INVALID', `what ${agency} tells is no page of history`);
  return page;
}

async function prove(parts: CopyParts, before: number, size: number): Promise<ProvedTree> {
  const { database, ownPeer, from, and, onProgress } = parts;
  await checkChains(database);
  const { channel } = await ownPeer.status();
  const logKeys = await findCosigners(database, ownPeer);
  const proved = await checkTree({ database, channel, logKeys, size }, [from, and]);
  const of = await countCopiedStreams(database);
  let done = 0;
  const onChecked = (streams: number) => onProgress?.({ step: 'checked', done: (done += streams), of });
  await checkHeads({ database, ownPeer, before, onChecked });
  return proved;
}
