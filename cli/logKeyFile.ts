import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { logKeyOf, type LogKey } from '#ledger/log/logKey.ts';
import { replaceFile } from '#projections/keys/replaceFile.ts';
import { writeOnce } from '#projections/keys/writeOnce.ts';

const LogFile = z.object({ seed: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

const fileIn = (folder: string) => join(folder, 'log.json');
const newSeed = () => JSON.stringify({ seed: randomBytes(32).toString('base64url') });

/** The agency's log key in `log.json` of its keystore folder; made when it is missing. */
export async function ensureLogKey(folder: string): Promise<LogKey> {
  await writeOnce(fileIn(folder), newSeed);
  const { seed } = LogFile.parse(JSON.parse(await readFile(fileIn(folder), 'utf8')));
  return logKeyOf(Buffer.from(seed, 'base64url'));
}

/** Puts a new log key in the place of the one that is there, which nobody needs any more: what it has signed stays signed. */
export async function renewLogKey(folder: string): Promise<void> {
  await replaceFile(fileIn(folder), newSeed());
}
