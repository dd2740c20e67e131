import { StoreAhead, WrongVersion, type LedgerRecord, type StoredEvent } from '../eventStore.ts';
import { ledgerEventId } from '../place.ts';
import { appendRun, appendTogether, type Run } from './appends.ts';
import type { Connection } from './connection.ts';
import { readStream } from './reads.ts';
import { newFact } from './storedEvent.ts';

const largestAppend = 512 * 1024; // bytes of bodies; a server takes 1 MiB unless it is told otherwise
const mostEvents = 500;

/** Facts of one stream that follow each other on the ledger. */
type FactRun = { readonly stream: string; readonly facts: readonly LedgerRecord[] };

/**
 * Takes facts in the ledger's order, which becomes the order of the store: one append ends before the next begins, and several
 * streams go in one append only where the server keeps that whole. What is there already is read and compared.
 */
export async function recordFacts(connection: Connection, facts: readonly LedgerRecord[]): Promise<void> {
  for (const batch of batchesOf(runsOf(facts))) await recordBatch(connection, batch);
}

async function recordBatch(connection: Connection, batch: readonly FactRun[]): Promise<void> {
  try {
    if (batch.length > 1 && (await appendTogether(connection, batch.map(asRun)))) return;
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error; // somebody was here before: each is looked at below
  }
  for (const run of batch) await recordRun(connection, run);
}

async function recordRun(connection: Connection, run: FactRun, hasLooked = false): Promise<void> {
  try {
    await appendRun(connection, asRun(run));
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error;
    const left = await unrecorded(connection, run);
    // Another process of this node may be at it too; but a stream that neither has these facts nor takes them is not ours.
    if (hasLooked && left.facts.length === run.facts.length)
      throw new StoreAhead(`a stream that ends elsewhere than before a fact of block ${left.facts[0]?.place.block}`);
    if (left.facts.length > 0) await recordRun(connection, left, true);
  }
}

/** What of these facts the store does not have yet. Throws a StoreAhead when it has others in their places. */
async function unrecorded(connection: Connection, { stream, facts }: FactRun): Promise<FactRun> {
  const [first] = facts;
  if (first === undefined) return { stream, facts };
  const kept = await readStream(connection, stream, first.version, facts.length);
  kept.forEach((event, index) => demandSame(event, facts[index]));
  return { stream, facts: facts.slice(kept.length) };
}

/** Throws a StoreAhead unless a stored event is this fact, byte for byte. */
export function demandSame(event: StoredEvent, fact: LedgerRecord | undefined): void {
  if (fact === undefined) return;
  const { place, transactionId, version, body } = fact;
  const isSame =
    event.id === ledgerEventId(transactionId, place.index) && event.version === version && event.body === body;
  if (!isSame) throw new StoreAhead(`other bytes where a fact of block ${place.block} belongs`);
}

function asRun({ stream, facts }: FactRun): Run {
  return { stream, version: (facts[0]?.version ?? 1) - 1, events: facts.map(newFact) };
}

function runsOf(facts: readonly LedgerRecord[]): readonly FactRun[] {
  const runs: { readonly stream: string; readonly facts: LedgerRecord[] }[] = [];
  let size = 0;
  for (const fact of facts) {
    const last = runs.at(-1);
    size += fact.body.length;
    if (last?.stream === fact.stream && size <= largestAppend && last.facts.length < mostEvents) last.facts.push(fact);
    else {
      runs.push({ stream: fact.stream, facts: [fact] });
      size = fact.body.length;
    }
  }
  return runs;
}

/** Runs that may go in one append without changing their order: none of two of the same stream, and not too large. */
function batchesOf(runs: readonly FactRun[]): readonly (readonly FactRun[])[] {
  const batches: FactRun[][] = [];
  let [size, events] = [0, 0];
  let streams = new Set<string>();
  for (const run of runs) {
    const weight = run.facts.reduce((sum, { body }) => sum + body.length, 0);
    [size, events] = [size + weight, events + run.facts.length];
    const batch = batches.at(-1);
    if (batch !== undefined && !streams.has(run.stream) && size <= largestAppend && events <= mostEvents)
      batch.push(run);
    else {
      batches.push([run]);
      [size, events, streams] = [weight, run.facts.length, new Set()];
    }
    streams.add(run.stream);
  }
  return batches;
}
