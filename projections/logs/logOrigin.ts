import { sql } from 'kysely';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { originOf } from '#ledger/log/origin.ts';
import type { Database } from '../postgres/database.ts';

/** The name of the registry log of this node's ledger; asked of the ledger the first time. */
export async function ensureLogOrigin(
  { kysely }: Database,
  ledger: Pick<Ledger, 'blocks' | 'status'>,
): Promise<string> {
  const { rows } = await sql<{ origin: string }>`select origin from store.log_origin`.execute(kysely);
  if (rows[0] !== undefined) return rows[0].origin;
  const origin = await originFrom(ledger);
  await sql`insert into store.log_origin (origin) values (${origin}) on conflict do nothing`.execute(kysely);
  return origin;
}

/** The same, from the ledger itself. */
async function originFrom(ledger: Pick<Ledger, 'blocks' | 'status'>): Promise<string> {
  const { channel } = await ledger.status();
  const done = new AbortController();
  try {
    for await (const delivered of ledger.blocks(0, done.signal))
      return originOf(channel, Buffer.from(decodeBlock(delivered).hash, 'base64url'));
  } finally {
    done.abort();
  }
  throw new Error('the ledger has no first block');
}
