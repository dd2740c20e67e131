import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import * as z from 'zod';
import { errorCode } from '#domain/errorCode.ts';
import type { Reach } from './reach.ts';

/** What a subscriber answered: a status, and where it gave one, the code of an error that RFC 8935 §2.4 knows. */
export type Posted = { readonly status: number; readonly err?: string };

/** Sends one signed text to one address. Rejects with a code when no answer came. */
export type Post = (url: string, body: string) => Promise<Posted>;

/** A way to subscribers, and its end: `close` drops the connections that are kept open. */
export type Posting = { readonly post: Post; readonly close: () => void };

/** Whom texts may be sent to, and how long that may take. */
export type PostingOptions = {
  readonly reach: Reach;
  /** How long one exchange may take, from the first byte to the last, in ms. */
  readonly patience: number;
  /** Authorities trusted beside Node's own (PEM); for tests. */
  readonly authority?: string;
};

const mostBytes = 4096; // of an answer; only its status and a code in it are of use

/** No answer came; `code` says why, and no word of it is the subscriber's. */
class PostFault extends Error {
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`${code}: no answer`, { cause });
    this.name = 'PostFault';
    this.code = code;
  }
}

/**
 * Posts over agents of its own, so that no proxy of the environment stands between and no other part's connections are used.
 * Each new connection asks the reach for its address; a redirect is an answer like another, and is not followed.
 */
export function createPosting({ reach, patience, authority }: PostingOptions): Posting {
  // No limit by host: several subscribers may share one, and a slow one must not hold what the others wait for.
  const kept = { keepAlive: true, maxFreeSockets: 8, timeout: patience };
  const https = new HttpsAgent({
    ...kept,
    lookup: reach.lookup('https:'),
    rejectUnauthorized: true,
    ...(authority !== undefined && { ca: authority }),
  });
  const http = new HttpAgent({ ...kept, lookup: reach.lookup('http:') });
  const send = (url: URL) =>
    url.protocol === 'https:'
      ? requestHttps(url, { ...requestOptions, agent: https, signal: AbortSignal.timeout(patience) })
      : requestHttp(url, { ...requestOptions, agent: http, signal: AbortSignal.timeout(patience) });
  return {
    post: (url, body) => exchange(() => send(reach.check(url)), body),
    close: () => [https, http].forEach((agent) => agent.destroy()),
  };
}

const requestOptions = {
  method: 'POST',
  headers: { 'content-type': 'application/secevent+jwt', accept: 'application/json', 'user-agent': 'plinth' },
  maxHeaderSize: 8192,
};

async function exchange(send: () => ReturnType<typeof requestHttp>, body: string): Promise<Posted> {
  try {
    return await answerOf(await responseTo(send, body));
  } catch (cause) {
    throw cause instanceof PostFault ? cause : new PostFault(codeOf(cause), cause);
  }
}

function responseTo(send: () => ReturnType<typeof requestHttp>, body: string, again = true): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = send();
    request.on('error', (error) => {
      // A kept connection that the other side has closed meanwhile says nothing about the subscriber.
      const isStale = again && request.reusedSocket && errorCode(error) === 'ECONNRESET';
      if (isStale) resolve(responseTo(send, body, false));
      else reject(error);
    });
    request.on('response', resolve);
    // Whoever answers with another protocol (101) is hung up on without a word: neither an error nor a response.
    request.on('close', () => reject(new PostFault('ERR_ANSWER_INVALID')));
    request.setHeader('content-length', Buffer.byteLength(body));
    request.end(body);
  });
}

async function answerOf(response: IncomingMessage): Promise<Posted> {
  const { statusCode: status = 0 } = response;
  // The status has said it all: what comes after an acknowledgement, or never ends, changes nothing.
  const text = await readAtMost(response).catch(() => '');
  const err = status >= 400 && status < 500 ? knownErr(text) : undefined;
  return { status, ...(err !== undefined && { err }) };
}

/** The first bytes of an answer; the connection of one that goes on is closed. */
async function readAtMost(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) break; // leaving the loop destroys the stream, and with it the connection
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostBytes);
}

// Only codes that the standard knows are kept: anything else is a stranger's text, with who knows what in it.
const ErrorAnswer = z.object({
  err: z.enum([
    'invalid_request',
    'invalid_key',
    'invalid_issuer',
    'invalid_audience',
    'authentication_failed',
    'access_denied',
  ]),
});

function knownErr(text: string): string | undefined {
  try {
    return ErrorAnswer.safeParse(JSON.parse(text)).data?.err;
  } catch {
    return undefined; // not JSON: the status is all there is
  }
}

const faults: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/^ERR_ADDRESS_REFUSED$/, 'ERR_ADDRESS_REFUSED'],
  [/^ERR_NAME_UNKNOWN$/, 'ERR_NAME_UNKNOWN'],
  [/^(ABORT_ERR|ETIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/, 'ERR_TIMEOUT'],
  [/CERT|^ERR_TLS|^ERR_SSL|SIGNED|VERIFY/, 'ERR_TLS'],
  [/^HPE_/, 'ERR_ANSWER_INVALID'],
];

function codeOf(cause: unknown): string {
  const code = String(errorCode(cause));
  return faults.find(([pattern]) => pattern.test(code))?.[1] ?? 'ERR_CONNECTION';
}
