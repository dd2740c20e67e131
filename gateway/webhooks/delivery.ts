import { setTimeout as pause } from 'node:timers/promises';
import type { Ingest } from '#projections/ingest/ingest.ts';
import type { Database } from '#projections/postgres/database.ts';
import { claimDeliveries, type Claimed, type Room } from '#projections/webhooks/claimDeliveries.ts';
import { dropDeadLetters } from '#projections/webhooks/deadLetters.ts';
import { fillQueues } from '#projections/webhooks/fillQueues.ts';
import { dropUnconfirmed } from '#projections/webhooks/registrations.ts';
import { settleDeliveries, type Pace, type Settled } from '#projections/webhooks/settleDeliveries.ts';
import type { CatchUp } from '../catchUp.ts';
import type { NodeSigner } from '../nodeSigner.ts';
import { attempt } from './attempt.ts';
import type { Posting } from './post.ts';
import { signNotice } from './securityEvent.ts';
import { UnderWay } from './underWay.ts';

/** How delivery is: `waiting` for the database ends by itself. */
type DeliveryStatus = { readonly state: 'running' | 'waiting' };

/** The delivery of what happens to those who asked to be told, which goes on until it is stopped. */
export type DeliveryRun = {
  /** Looks for work now: something was registered, confirmed or put back. */
  readonly wake: () => void;
  readonly status: () => DeliveryStatus;
  /** Ends what is under way; what nobody acknowledged is sent again at the next start. */
  readonly stop: () => Promise<void>;
};

/** What delivery takes of a node. */
export type DeliveryParts = {
  readonly database: Database;
  readonly ingest: Pick<Ingest, 'height' | 'risen'>;
  readonly signer: NodeSigner;
  readonly posting: Posting;
  /** Whether this node may tell anybody anything: not before it knows of all erasures. */
  readonly catchUp: CatchUp;
  readonly pace?: Pace | undefined;
  /** Told of every change of state. */
  readonly onStatus?: (status: DeliveryStatus, cause?: unknown) => void;
};

const usualPace: Pace = { first: 5000, longest: 3_600_000, until: 24 * 3_600_000, lease: 30_000 };
/** Deliveries under way at once: in all, of slow ones, and at one webhook. */
const limits = { fast: 128, slow: 32, each: { fast: 8, slow: 2 } } as const;
const idle = 1000; // ms between two looks when nothing happens: pauses that are over, and what other processes did
const tidying = 60_000; // ms

/** Fills the queues of all webhooks and delivers from them, for as long as it is not stopped. */
export function startDelivery(parts: DeliveryParts): DeliveryRun {
  const stopping = new AbortController();
  const work = new DeliveryWork(parts, stopping.signal);
  const running = Promise.all([work.run(), work.watch()]);
  return {
    wake: () => work.wake(),
    status: () => work.status,
    stop: async () => {
      stopping.abort();
      parts.posting.close();
      work.wake();
      await running;
    },
  };
}

class DeliveryWork {
  readonly #parts: DeliveryParts;
  readonly #signal: AbortSignal;
  readonly #underWay = new UnderWay();
  #settled: Settled[] = [];
  #bell = Promise.withResolvers<undefined>();
  #hasNews = true;
  #tidied = 0;
  #status: DeliveryStatus = { state: 'running' };

  constructor(parts: DeliveryParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  get status(): DeliveryStatus {
    return this.#status;
  }

  wake(): void {
    this.#hasNews = true;
    this.#bell.resolve(undefined);
  }

  /** Wakes the work whenever the read models have risen, and every now and then. */
  async watch(): Promise<void> {
    const { ingest } = this.#parts;
    while (!this.#signal.aborted) {
      await ingest.risen(ingest.height(), { within: idle, signal: this.#signal }).catch(() => this.#pause());
      this.wake();
    }
  }

  /** One turn after another; each does in few statements what has come together meanwhile. */
  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const { promise } = this.#bell;
      await this.#turn().then(
        () => this.#tell('running'),
        (cause: unknown) => this.#fail(cause),
      );
      await promise;
      this.#bell = Promise.withResolvers<undefined>();
    }
    await this.#settle().catch(() => undefined); // claims run out: what was acknowledged is then sent once more
  }

  async #turn(): Promise<void> {
    const { database } = this.#parts;
    await this.#settle();
    if (!(await this.#mayTell())) return;
    if (this.#hasNews) {
      this.#hasNews = false;
      if (await fillQueues(database)) this.wake();
    }
    const room = this.#room();
    if (room.fast + room.slow > 0)
      for (const claimed of await claimDeliveries(database, room, this.#underWay.busy())) void this.#deliver(claimed);
    if (performance.now() < this.#tidied + tidying) return;
    await dropUnconfirmed(database.kysely);
    await dropDeadLetters(database);
    this.#tidied = performance.now();
  }

  /** Not while the node catches up, or cannot say how far the ledger is; every rise of the read models asks again. */
  async #mayTell(): Promise<boolean> {
    return this.#parts.catchUp.check().then(
      () => true,
      () => false,
    );
  }

  #room(): Room {
    const { fast, slow } = this.#underWay.count();
    const { lease } = this.#parts.pace ?? usualPace;
    return { ...limits, lease, fast: Math.max(0, limits.fast - fast), slow: Math.max(0, limits.slow - slow) };
  }

  async #deliver(claimed: Claimed): Promise<void> {
    const { signer, posting } = this.#parts;
    const { webhook, number, url } = claimed;
    const done = this.#underWay.begin(webhook);
    const outcome = await attempt(async () => posting.post(url, await signNotice(signer, claimed)));
    done();
    // Connections that were closed because this process stops say nothing about the subscriber.
    if (!this.#signal.aborted || outcome.result === 'delivered') this.#settled.push({ webhook, number, ...outcome });
    this.#bell.resolve(undefined);
  }

  async #settle(): Promise<void> {
    const settled = this.#settled;
    if (settled.length === 0) return;
    this.#settled = [];
    try {
      await settleDeliveries(this.#parts.database, settled, this.#parts.pace ?? usualPace);
    } catch (error) {
      this.#settled.unshift(...settled);
      throw error;
    }
  }

  /** A database that is away: what is to be done is still to be done in the next turn. */
  async #fail(cause: unknown): Promise<void> {
    this.#tell('waiting', cause);
    this.#hasNews = true;
    await this.#pause();
    this.wake();
  }

  async #pause(): Promise<void> {
    await pause(idle, undefined, { signal: this.#signal }).catch(() => undefined);
  }

  #tell(state: DeliveryStatus['state'], cause?: unknown): void {
    const changed = state !== this.#status.state;
    this.#status = { state };
    if (changed) this.#parts.onStatus?.(this.#status, cause);
  }
}
