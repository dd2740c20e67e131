import { createHash } from 'node:crypto';

/** Adds up the lines of a hand-over to what its end is signed over: the digest of all of them, and their number. */
export type LinesDigest = { readonly add: (line: string) => string; readonly end: (count: number) => Uint8Array };

/** Begins with no line. */
export function linesDigest(): LinesDigest {
  const hash = createHash('sha256');
  return {
    add: (line) => {
      hash.update(line);
      return line;
    },
    end: (count) => Buffer.from(`plinth key hand-over 1 ${count} ${hash.digest('base64url')}`),
  };
}
