import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createClient } from 'graphql-sse';

/** What somebody heard who listens: it grows. */
export type Listening<T> = {
  readonly heard: readonly T[];
  /** Resolves when the subscription is over: with the codes it ended with, or HTTP status and code where none began. */
  readonly ended: Promise<readonly unknown[]>;
  readonly hangUp: () => void;
};

/** Where somebody listens, as whom, and for what. */
export type Asked = {
  readonly url: string;
  readonly token: string | undefined;
  /** With a variable `$after`; the field it asks for is called `it`. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** From where to go on: what was heard last says so, also to the client when it connects again. */
  readonly positionOf?: (heard: never) => string;
  readonly after?: string | undefined;
};

/** Listens with graphql-sse, as callers would: after a lost connection it goes on from the last position. */
export function listen<T>(asked: Asked): Listening<T> {
  const { url, token, query, positionOf, after, variables } = asked;
  const client = createClient({
    url: `${url}/graphql`,
    retryAttempts: 1000,
    retry: () => (refused === undefined ? Promise.resolve() : Promise.reject(new Error('refused'))),
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    fetchFn: async (...args: Parameters<typeof fetch>) => {
      const response = await fetch(...args);
      if (!response.ok) refused = [response.status, /"code":"(\w+)"/.exec(await response.clone().text())?.[1]];
      return response;
    },
  });
  let refused: readonly [number, string | undefined] | undefined;
  const heard: T[] = [];
  const codes: unknown[] = [];
  // The client writes the request anew each time it connects, so it goes on from the position as it is then.
  const request = { query, variables: { ...variables, after } };
  const { promise: ended, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
  const hangUp = client.subscribe(request, {
    next: ({ data, errors }) => {
      codes.push(...(errors ?? []).map(({ extensions }) => extensions.code));
      if (data?.['it'] === undefined || data['it'] === null) return;
      heard.push(data['it'] as T); // the field of the query
      if (positionOf !== undefined) request.variables.after = positionOf(data['it'] as never);
    },
    error: (error) => (refused === undefined ? reject(error) : resolve(refused)),
    complete: () => resolve(codes),
  });
  return { heard, ended, hangUp };
}

/** A line to a server that can be cut. */
export type Line = { readonly url: string; readonly close: () => Promise<void> };

/** Stands before a server and cuts each connection once it has let through as many bytes of an answer as `bytes` says. */
export async function openBrittleLine(to: string, bytes: () => number): Promise<Line> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(Number(new URL(to).port), '127.0.0.1');
    let left = bytes();
    const cut = () => {
      incoming.destroy();
      outgoing.destroy();
    };
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    incoming.on('data', (chunk) => outgoing.write(chunk));
    outgoing.on('data', (chunk) => {
      incoming.write(chunk.subarray(0, left), () => {
        if (left <= 0) cut();
      });
      left -= chunk.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
