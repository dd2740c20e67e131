import type { Outcome } from '#domain/envelope.ts';
import type { Submission } from '#ledger/ledger.ts';
import type { Transactor } from '#ledger/transactor.ts';

let made = 0;
/** A command for a stream, private where a class is named. */
export function commandFor(stream: string, sealedClass?: string): Submission {
  made += 1;
  const command = { id: `command-${made}`, stream, type: 'SuspendIdentity', data: {}, seen: 0 };
  return { command: sealedClass === undefined ? command : { ...command, sealed: { class: sealedClass, digests: [] } } };
}

export type Batch = readonly Submission[];
/** How a ledger in memory behaves. */
export type Script = {
  /** Answers that differ from "it stands". */
  readonly decide?: (submission: Submission) => Outcome | undefined;
  /** Called before a batch is endorsed; may wait or throw. */
  readonly beforeEndorse?: (batch: Batch, attempt: number) => Promise<void> | void;
  /** Whether the agency that asks could have been behind. */
  readonly behind?: boolean;
  /** The validation code of a transaction; may wait or throw. */
  readonly order?: (batch: Batch, attempt: number) => Promise<number> | number;
};

/** A ledger in memory that follows a script: what was asked of it, and what it keeps. */
export function scriptedLedger({ decide, beforeEndorse, behind = false, order }: Script = {}) {
  const endorsed: Batch[] = [];
  const ordered: Batch[] = [];
  const kept: Submission[] = [];
  const inFlight = { now: 0, most: 0, streams: new Set<string>(), overlapped: false };
  const transactor: Transactor = {
    endorse: async (batch) => {
      endorsed.push(batch);
      await beforeEndorse?.(batch, endorsed.length);
      const outcomes = batch.map((submission) => decide?.(submission) ?? standing(submission));
      const transactionId = `tx-${endorsed.length}`;
      return {
        transactionId,
        outcomes,
        reconsider: behind ? transactor.endorse : undefined,
        commit: () => commit(batch),
      };
    },
  };
  async function commit(batch: Batch) {
    const streams = new Set(batch.map(({ command }) => command.stream));
    inFlight.overlapped ||= [...streams].some((stream) => inFlight.streams.has(stream));
    streams.forEach((stream) => inFlight.streams.add(stream));
    inFlight.most = Math.max(inFlight.most, (inFlight.now += 1));
    ordered.push(batch);
    try {
      const code = (await order?.(batch, ordered.length)) ?? 0;
      if (code === 0) kept.push(...batch);
      return { code, block: 100 + ordered.length };
    } finally {
      inFlight.now -= 1;
      streams.forEach((stream) => inFlight.streams.delete(stream));
    }
  }
  return { transactor, endorsed, ordered, kept, inFlight };
}

function standing({ command }: Submission): Outcome {
  const { stream, type, id } = command;
  const by = { agency: 'civil-registry' };
  return {
    version: 1,
    events: [{ type, data: {}, stream, version: 1, at: '2026-01-01T00:00:00.000Z', by, command: id }],
  };
}
