import type { IncomingMessage } from 'node:http';
import { RequestError } from './requestError.ts';

/** Longest request body that is read: 256 KiB, many times the longest command. */
const bodyLimit = 256 * 1024;

/**
 * The body as text. It is read here, under a cap in bytes, because yoga's own limiter doubles the cost of a request.
 * Throws a RequestError for a body that is too long or is not UTF-8.
 */
export async function readBody(request: IncomingMessage, limit = bodyLimit): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of piecesOf(request)) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return textOf(Buffer.concat(chunks));
}

async function* piecesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  // Not destroyed when we stop reading: the sender could not read our answer any more.
  const pieces: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  try {
    yield* pieces;
  } catch {
    throw new RequestError('ERR_MALFORMED', 'the body ended too early'); // the caller hung up; nothing failed in here
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RequestError('ERR_MALFORMED', 'the body is not UTF-8'); // without the decoder's message: it adds nothing
  }
}

function tooLarge(limit: number): RequestError {
  return new RequestError('ERR_BODY_TOO_LARGE', `a body has at most ${limit} bytes`);
}
