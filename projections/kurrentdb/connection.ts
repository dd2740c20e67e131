import { setTimeout as pause } from 'node:timers/promises';
import {
  KurrentDBClient,
  StreamDeletedError,
  StreamNotFoundError,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { StoreUnavailable } from '../eventStore.ts';
import './oneStatus.ts';

/** How to reach a KurrentDB. */
export type ConnectionOptions = {
  /** `kurrentdb://…`, as KurrentDB documents it. */
  readonly url: string;
  /** Milliseconds that any one question may take. */
  readonly patience?: number;
  /** Whose local events are the node's own; those of others are not looked at. */
  readonly node: string;
};

const answers = [WrongExpectedVersionError, StreamNotFoundError, StreamDeletedError, UnsupportedError];

/**
 * A client of KurrentDB of which every question ends: the client's own deadlines bound neither batched appends nor reads
 * (measured with 1.3.1 against a server that keeps still). After one that was late the streams are ended, since the next
 * append would wait in the same one; the client stays, for it reconnects by itself and its reads cannot be ended.
 */
export class Connection {
  readonly #options: Required<ConnectionOptions>;
  #client: KurrentDBClient | undefined;

  constructor({ url, node, patience = 10_000 }: ConnectionOptions) {
    this.#options = { url, node, patience };
  }

  get node(): string {
    return this.#options.node;
  }

  /** The client, for subscriptions, which have no end that one could wait for. */
  get client(): KurrentDBClient {
    return (this.#client ??= KurrentDBClient.connectionString(this.#options.url));
  }

  /** Asks, and throws a StoreUnavailable for whatever is no answer. It may have been done all the same. */
  async ask<T>(question: (client: KurrentDBClient) => Promise<T>): Promise<T> {
    const { client } = this;
    const asked = question(client);
    asked.catch(() => undefined); // when it fails after it was given up
    const done = new AbortController();
    const late = pause(this.#options.patience, undefined, { signal: done.signal }).then(() => {
      throw new StoreUnavailable('too-late');
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      if (error instanceof StoreUnavailable) await endStreams(client);
      throw asOutage(error);
    } finally {
      done.abort();
    }
  }

  async close(): Promise<void> {
    if (this.#client !== undefined) await endStreams(this.#client);
  }
}

async function endStreams(client: KurrentDBClient): Promise<void> {
  await Promise.race([client.dispose(), pause(1000, undefined, { ref: false })]);
}

/** What was thrown, where it is an answer; else that there was none, with the client's word for it. */
function asOutage(error: unknown): unknown {
  if (error instanceof StoreUnavailable || answers.some((type) => error instanceof type)) return error;
  const type = error instanceof Error && 'type' in error ? String(error.type) : 'unknown';
  return new StoreUnavailable(type, error);
}
