import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { RequestError } from '../http/requestError.ts';
import { sendEvents } from './sendEvents.ts';

const piece = Buffer.from(`data: ${'x'.repeat(64 * 1024)}\n\n`);
const server = createServer();
let socket: Socket;
afterEach(() => {
  socket.destroy();
  server.removeAllListeners('request');
  server.close();
});

/** A response without end, to somebody who takes nothing. */
async function sendWithoutEnd(patience: { readonly stalled: number; readonly lastWords: number }) {
  const ending = new AbortController();
  const state = { made: 0, freed: false, over: false };
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        state.made += piece.length;
        yield await Promise.resolve(piece);
      }
    } finally {
      state.freed = true;
    }
  }
  server.on('request', (_request, response) => {
    const answer = { status: 200, body: endless() };
    void sendEvents(response, answer, { ending: ending.signal, patience }).finally(() => (state.over = true));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1'); // it listens on TCP
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nhost: node\r\n\r\n');
  return { ending, state };
}

/** What was made when for a while nothing more is. */
async function untilItStops({ state }: Awaited<ReturnType<typeof sendWithoutEnd>>): Promise<number> {
  let [before, same] = [-1, 0];
  await eventually(() => {
    same = state.made === before && before > 0 ? same + 1 : 0;
    before = state.made;
    expect(same).toBeGreaterThan(10);
  });
  return before;
}

describe('somebody who takes nothing of an event stream', () => {
  const hour = 3_600_000;

  it('has nothing made beyond what the line holds, and all of it freed on hanging up', async () => {
    const sending = await sendWithoutEnd({ stalled: hour, lastWords: hour });
    expect(await untilItStops(sending)).toBeLessThan(64 * 1024 * 1024); // what the kernel buffers at both ends
    socket.destroy();
    await eventually(() => expect(sending.state).toMatchObject({ freed: true, over: true }));
  });

  it('is cut off after a while', async () => {
    const sending = await sendWithoutEnd({ stalled: 300, lastWords: hour });
    await eventually(() => expect(sending.state).toMatchObject({ freed: true, over: true }));
  });

  it('is cut off soon after the end', async () => {
    const sending = await sendWithoutEnd({ stalled: hour, lastWords: 100 });
    await untilItStops(sending);
    sending.ending.abort(new RequestError('ERR_TOKEN_EXPIRED', 'the token has expired'));
    await eventually(() => expect(sending.state).toMatchObject({ freed: true, over: true }));
  });
});
