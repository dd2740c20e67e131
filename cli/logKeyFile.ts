import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { logKeyOf, type LogKey } from '#ledger/log/logKey.ts';
import { writeOnce } from '#projections/keys/writeOnce.ts';

const LogFile = z.object({ seed: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** The agency's log key in `log.json` of its keystore folder; made when it is missing. */
export async function ensureLogKey(folder: string): Promise<LogKey> {
  const file = join(folder, 'log.json');
  await writeOnce(file, () => JSON.stringify({ seed: randomBytes(32).toString('base64url') }));
  const { seed } = LogFile.parse(JSON.parse(await readFile(file, 'utf8')));
  return logKeyOf(Buffer.from(seed, 'base64url'));
}
