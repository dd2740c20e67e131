import {
  NO_STREAM,
  UnsupportedError,
  WrongExpectedVersionError,
  type AppendStreamRequest,
} from '@kurrent/kurrentdb-client';
import { WrongVersion } from '../eventStore.ts';
import type { Connection } from './connection.ts';
import type { NewEvent } from './storedEvent.ts';

/** Events of one stream that follow each other, and the version that the stream has before them. */
export type Run = { readonly stream: string; readonly version: number; readonly events: readonly NewEvent[] };

/** Appends to one stream at exactly its version. Throws a WrongVersion when it is elsewhere. */
export async function appendRun(connection: Connection, { stream, version, events }: Run): Promise<void> {
  await mapped(stream, version, () =>
    connection.ask((client) => client.appendToStream(stream, [...events], { streamState: stateOf(version) })),
  );
}

/**
 * Appends to several streams, each named once, in this order and all or none; false where the server cannot (before 25.1).
 * Throws a WrongVersion when one of them is elsewhere.
 */
export async function appendTogether(connection: Connection, runs: readonly Run[]): Promise<boolean> {
  const requests = runs.map(({ stream, version, events }) => ({
    streamName: stream,
    expectedState: stateOf(version),
    events: [...events],
  }));
  try {
    await mapped(
      runs[0]?.stream ?? '',
      runs[0]?.version ?? 0,
      () => connection.ask((client) => client.multiStreamAppend(requests as AppendStreamRequest[])), // of its own event types
    );
    return true;
  } catch (error) {
    if (error instanceof UnsupportedError) return false;
    throw error;
  }
}

function stateOf(version: number): bigint | typeof NO_STREAM {
  return version === 0 ? NO_STREAM : BigInt(version - 1);
}

async function mapped<T>(stream: string, version: number, append: () => Promise<T>): Promise<T> {
  try {
    return await append();
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) throw new WrongVersion(stream, version);
    throw error;
  }
}
