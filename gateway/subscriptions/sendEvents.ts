import type { ServerResponse } from 'node:http';

/** How long a subscriber may take nothing before the connection is cut, in milliseconds. */
export type Patience = {
  /** While something waits to be taken. */
  readonly stalled: number;
  /** Once the subscription has ended and only its last words are to be taken. */
  readonly lastWords: number;
};

/**
 * Sends an event stream as fast as it is taken, and no faster: what is not taken is not made. A dead peer shows in the socket,
 * for there is a comment to send every twelve seconds; the connection serves nothing else afterwards.
 */
export async function sendEvents(
  response: ServerResponse,
  answer: { readonly status: number; readonly body: AsyncIterable<Uint8Array> | null },
  { ending, patience }: { readonly ending: AbortSignal; readonly patience: Patience },
): Promise<void> {
  response.writeHead(answer.status, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // proxies that would collect the events first
    connection: 'close',
  });
  response.setTimeout(patience.stalled, () => response.destroy());
  let cut: NodeJS.Timeout | undefined;
  const cutSoon = () => {
    cut = setTimeout(() => response.destroy(), patience.lastWords);
  };
  if (ending.aborted) cutSoon();
  else ending.addEventListener('abort', cutSoon, { once: true });
  try {
    await pump(response, answer.body);
  } finally {
    ending.removeEventListener('abort', cutSoon);
    clearTimeout(cut);
  }
}

async function pump(response: ServerResponse, body: AsyncIterable<Uint8Array> | null): Promise<void> {
  for await (const piece of body ?? []) {
    if (response.closed) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
    if (response.closed) done();
  });
}
