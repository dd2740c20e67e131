import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome, RefusedOutcome } from '#domain/envelope.ts';
import { LedgerUnavailable, type Committed, type Submission } from './ledger.ts';
import { EndorsementFailed, type Endorsed, type Transactor } from './transactor.ts';

/** How commands are grouped, and how long they are tried. */
export type CommitterOptions = {
  /** Most commands in one transaction. */
  readonly maxBatch: number;
  /** Most transactions on their way at once. */
  readonly maxInFlight: number;
  /** How long a command waits for company while other transactions are on their way, in ms. */
  readonly lingerMs: number;
  /** How long conflicts and busy endorsers are retried before the ledger counts as unavailable, in ms. */
  readonly patienceMs: number;
  /** Commands of different lanes never share a transaction: their private values go to different agencies. */
  readonly laneOf: (submission: Submission) => string;
};

/** What both ledgers begin with. */
export const defaultCommitterOptions: CommitterOptions = {
  maxBatch: 50,
  maxInFlight: 6,
  lingerMs: 2,
  patienceMs: 30_000,
  laneOf: (submission) => submission.command.sealed?.class ?? '',
};

/** Group commit: turns single commands into few transactions, and conflicts and busy endorsers into retries. */
export type Committer = {
  readonly submit: (submission: Submission) => Promise<Committed | RefusedOutcome>;
  /** Resolves when nothing is on its way any more; commands that come later are not taken. */
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly submission: Submission;
  readonly lane: string;
  readonly answer: (answer: Committed | RefusedOutcome) => void;
  readonly fail: (cause: unknown) => void;
};

const conflictCodes = [11, 12, 17, 18]; // MVCC, phantom; the definition moved on (17, 18): the same commands may be decided anew

/** Puts a committer in front of a ledger's transactions. */
export function createCommitter(
  transactor: Transactor,
  options: CommitterOptions = defaultCommitterOptions,
): Committer {
  return new GroupCommitter(transactor, options);
}

class GroupCommitter implements Committer {
  readonly #transactor: Transactor;
  readonly #options: CommitterOptions;
  readonly #busyStreams = new Set<string>();
  readonly #inFlight = new Set<Promise<void>>();
  #queue: Waiting[] = [];
  #linger: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(transactor: Transactor, options: CommitterOptions) {
    this.#transactor = transactor;
    this.#options = options;
  }

  async submit(submission: Submission): Promise<Committed | RefusedOutcome> {
    if (this.#closed) throw new LedgerUnavailable('the committer is closed');
    return new Promise((answer, fail) => {
      this.#queue.push({ submission, lane: this.#options.laneOf(submission), answer, fail });
      // Waiting for company pays only while transactions are on their way; a command that comes alone goes at once.
      this.#linger ??= setTimeout(() => this.#pump(), this.#inFlight.size === 0 ? 0 : this.#options.lingerMs);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#linger);
    this.#pump();
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #pump(): void {
    this.#linger = undefined;
    while (this.#inFlight.size < this.#options.maxInFlight) {
      const batch = nextBatch(this.#queue, this.#busyStreams, this.#options.maxBatch);
      if (batch.length === 0) return;
      const taken = new Set(batch);
      this.#queue = this.#queue.filter((waiting) => !taken.has(waiting));
      this.#start(batch);
    }
  }

  #start(batch: readonly Waiting[]): void {
    const streams = batch.map(({ submission }) => submission.command.stream);
    streams.forEach((stream) => this.#busyStreams.add(stream));
    const run = carryThrough(this.#transactor, batch, Date.now() + this.#options.patienceMs).finally(() => {
      streams.forEach((stream) => this.#busyStreams.delete(stream));
      this.#inFlight.delete(run);
      this.#pump();
    });
    this.#inFlight.add(run);
  }
}

/** The oldest waiting commands of one lane whose streams are free; the order within a stream is kept. */
function nextBatch(queue: readonly Waiting[], busy: ReadonlySet<string>, most: number): readonly Waiting[] {
  const blocked = new Set(busy);
  const batch: Waiting[] = [];
  for (const waiting of queue) {
    const { stream } = waiting.submission.command;
    const fits = batch.length < most && (batch[0] === undefined || batch[0].lane === waiting.lane);
    if (fits && !blocked.has(stream)) batch.push(waiting);
    else blocked.add(stream); // what comes later for this stream must not overtake
    if (batch.length === most) break;
  }
  return batch;
}

/** Brings every command of a batch to its answer: never rejects. */
async function carryThrough(transactor: Transactor, batch: readonly Waiting[], deadline: number): Promise<void> {
  try {
    const { refused, ...unfinished } = await attempt(transactor, batch);
    for (const part of await nextParts(unfinished, deadline)) await carryThrough(transactor, part, deadline);
    if (refused !== undefined) await askAgain(transactor, refused, deadline);
  } catch (error) {
    await giveUp(transactor, { batch, deadline }, error);
  }
}

/**
 * A fact is checked against the state of the channel when it is ordered; a refusal is not ordered, and rests on what the
 * agencies that were asked had seen. They may be a block behind one that has answered the caller already, so nothing is
 * refused that they have not been asked about twice. Never rejects.
 */
async function askAgain(transactor: Transactor, { commands, reconsider }: Refused, deadline: number): Promise<void> {
  try {
    const second = await unlessBusy(reconsider(submissionsOf(commands)));
    const open = second === undefined ? commands : answerRefusals(commands, second);
    const unfinished = { again: open, because: second === undefined ? 'busy endorsers' : 'second thoughts' } as const;
    for (const part of await nextParts(unfinished, deadline)) await carryThrough(transactor, part, deadline);
  } catch (error) {
    await giveUp(transactor, { batch: commands, deadline }, error);
  }
}

type Trying = { readonly batch: readonly Waiting[]; readonly deadline: number };

async function giveUp(transactor: Transactor, { batch, deadline }: Trying, error: unknown): Promise<void> {
  if (batch.length > 1 && error instanceof EndorsementFailed) {
    for (const part of halves(batch)) await carryThrough(transactor, part, deadline); // finds the one command that breaks the others
    return;
  }
  const cause = error instanceof LedgerUnavailable ? error : new LedgerUnavailable(error);
  batch.forEach(({ fail }) => fail(cause)); // answered ones are settled already: failing them again does nothing
}

/** What to try next, and when. */
async function nextParts({ again, because }: Unfinished, deadline: number): Promise<readonly (readonly Waiting[])[]> {
  if (again.length === 0) return [];
  // What is refused is never ordered: the rest is endorsed without it, at once.
  if (because === 'refusals') return [again];
  if (Date.now() > deadline) throw new LedgerUnavailable(`${because} for too long`);
  await wait(50 + Math.random() * 100);
  // Splitting keeps one hot stream from failing its neighbours again; busy endorsers get better by waiting alone.
  return because === 'conflicts' ? halves(again) : [again];
}

/** Commands that are not answered yet, and why. */
type Unfinished = {
  readonly again: readonly Waiting[];
  readonly because: 'refusals' | 'conflicts' | 'busy endorsers' | 'second thoughts';
  /** What agencies have refused that could have seen less than others. */
  readonly refused?: Refused;
};
type Refused = {
  readonly commands: readonly Waiting[];
  readonly reconsider: NonNullable<Endorsed['reconsider']>;
};

/** One transaction; answers what it can. */
async function attempt(transactor: Transactor, batch: readonly Waiting[]): Promise<Unfinished> {
  const endorsed = await unlessBusy(transactor.endorse(submissionsOf(batch)));
  if (endorsed === undefined) return { again: batch, because: 'busy endorsers' };
  const refused = batch.filter((_, index) => 'refused' in outcomeAt(endorsed, index));
  if (refused.length > 0) return withoutRefused(batch, refused, endorsed);
  const { code, block } = await endorsed.commit();
  if (conflictCodes.includes(code)) return { again: batch, because: 'conflicts' };
  if (code !== 0) throw new Error(`transaction ${endorsed.transactionId} ended with validation code ${code}`);
  // Also a command that was done before, or that had nothing to change, has been ordered: whoever sees this block sees its facts.
  batch.forEach((waiting, index) => {
    const outcome = outcomeAt(endorsed, index);
    if (!('refused' in outcome)) waiting.answer({ ...outcome, block });
  });
  return { again: [], because: 'conflicts' };
}

function withoutRefused(batch: readonly Waiting[], commands: readonly Waiting[], endorsed: Endorsed): Unfinished {
  const { reconsider } = endorsed;
  if (reconsider === undefined) return { again: answerRefusals(batch, endorsed), because: 'refusals' };
  const again = batch.filter((waiting) => !commands.includes(waiting));
  return { again, because: 'refusals', refused: { commands, reconsider } };
}

const submissionsOf = (batch: readonly Waiting[]) => batch.map(({ submission }) => submission);

async function unlessBusy(endorsing: Promise<Endorsed>): Promise<Endorsed | undefined> {
  try {
    return await endorsing;
  } catch (error) {
    if (error instanceof EndorsementFailed && error.retryable) return undefined;
    throw error;
  }
}

/** Answers what the rules refuse; gives the rest. */
function answerRefusals(batch: readonly Waiting[], endorsed: Endorsed): readonly Waiting[] {
  return batch.filter((waiting, index) => {
    const outcome = outcomeAt(endorsed, index);
    if ('refused' in outcome) waiting.answer(outcome);
    return !('refused' in outcome);
  });
}

function outcomeAt(endorsed: Endorsed, index: number): Outcome {
  const outcome = endorsed.outcomes[index];
  if (outcome === undefined)
    throw new Error(`transaction ${endorsed.transactionId} answers fewer commands than it was given`);
  return outcome;
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((part) => part.length > 0);
}
