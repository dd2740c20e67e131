import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as z from 'zod';

const Claims = z.object({
  jti: z.string(),
  iat: z.number(),
  aud: z.string(),
  sub_id: z.object({ id: z.string() }).optional(),
  events: z.record(z.string(), z.record(z.string(), z.string())),
});

/** A text that came, taken apart and not checked: what a test looks at. */
export type Received = {
  readonly text: string;
  readonly jti: string;
  readonly iat: number;
  readonly aud: string;
  readonly subject: string | undefined;
  readonly typ: string | undefined;
  /** The last but one part of the event's name, `identity.deceased`. */
  readonly type: string;
  readonly detail: Readonly<Record<string, string>>;
};

type Answer = (response: ServerResponse, received: Received) => void;

/** A subscriber's server on this machine, which answers as the test wants. */
export type Receiver = {
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on every text is answered so; 202 until then. */
  readonly answers: (answer: Answer) => void;
  readonly close: () => Promise<void>;
};

const accepted: Answer = (response) => void response.writeHead(202).end();

/** Starts a receiver; with a certificate it speaks TLS. */
export async function openReceiver(tls?: { readonly key: string; readonly cert: string }): Promise<Receiver> {
  const received: Received[] = [];
  let answer = accepted;
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void readAll(request).then((text) => {
      const each = receivedFrom(text);
      received.push(each);
      answer(response, each);
    });
  const server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook`,
    received,
    answers: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function receivedFrom(text: string): Received {
  const { jti, iat, aud, sub_id, events } = Claims.parse(decodeJwt(text));
  const [[name, detail] = ['', {}]] = Object.entries(events);
  const { typ } = decodeProtectedHeader(text);
  return { text, jti, iat, aud, subject: sub_id?.id, typ, type: name.split(':').at(-2) ?? '', detail };
}
