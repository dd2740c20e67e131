import { createPrivateKey, sign, type JsonWebKey } from 'node:crypto';
import { sql } from 'kysely';
import * as z from 'zod';
import { AgencyName, Digest, OpaqueId, StreamName } from '#domain/envelope.ts';
import { carrierTo } from '#domain/seal/carriedKey.ts';
import { linesDigest } from './linesDigest.ts';
import type { Keystore } from './keystore.ts';
import { keyPlace, type SealedAtRest } from './opening.ts';
import type { Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';

const format = 'plinth key hand-over 1';

/** The first line of a hand-over: who hands the keys of which class to whom, and by which agreement. */
export const HandOverHeader = z.strictObject({
  format: z.literal(format),
  channel: z.string().min(1),
  from: AgencyName,
  to: AgencyName,
  class: z.string().min(1),
  proposal: OpaqueId,
  /** Epoch of the receiver's transport key, and the public half of what the keys are wrapped with. */
  epoch: z.int().min(1),
  ephemeral: Digest,
});
export type HandOverHeader = z.infer<typeof HandOverHeader>;

/** A further line: a sealed entry and its content key, wrapped for the receiver. */
export const HandOverLine = z.strictObject({
  stream: StreamName,
  version: z.int().min(1),
  entry: z.base64url(),
  key: z.base64url(),
});
export type HandOverLine = z.infer<typeof HandOverLine>;

/** The last line: how many there are, signed by the handing node over the digest of everything before the signature. */
export const HandOverEnd = z.strictObject({
  count: z.int().min(0),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

/** Who hands over what to whom, by which agreement. */
export type HandOverErrand = Pick<HandOverHeader, 'channel' | 'from' | 'to' | 'class' | 'proposal'>;

/** What binds every wrapped key to its hand-over. */
export function errandOf({ channel, from, to, class: className, proposal }: HandOverErrand): string {
  return [channel, from, to, className, proposal].join(' ');
}

type Parts = { readonly database: Database; readonly keystore: Keystore };
type Receiver = { readonly epoch: number; readonly key: string };
type Row = SealedAtRest & { readonly block: number; readonly transaction: number; readonly event: number };

/** The lines of a hand-over: every entry of the class that this node can open, in the ledger's order. */
export async function* handOver(
  { database, keystore }: Parts,
  errand: HandOverErrand,
  receiver: Receiver,
): AsyncGenerator<string> {
  const carrier = carrierTo(receiver.key, errandOf(errand));
  const digest = linesDigest();
  const line = (value: object): string => digest.add(`${JSON.stringify(value)}\n`);
  const { epoch } = receiver;
  yield line({ format, ...errand, epoch, ephemeral: carrier.ephemeral } satisfies HandOverHeader);
  let count = 0;
  for await (const row of entriesOf(database, errand.class)) {
    const { stream, version, entry, wrapped } = row;
    const key = carrier.wrap(keyPlace(stream, version), keystore.open(wrapped, keyPlace(stream, version)));
    yield line({ stream, version, entry: Buffer.from(entry).toString('base64url'), key } satisfies HandOverLine);
    count += 1;
  }
  yield `${JSON.stringify({ count, signature: signatureOver(digest.end(count), keystore.signingKey) })}\n`;
}

function signatureOver(bytes: Uint8Array, signingKey: JsonWebKey): string {
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

const pageSize = 500;

async function* entriesOf({ kysely }: Database, className: string): AsyncGenerator<Row> {
  let after: Place = { block: -1, transaction: 0, index: 0 };
  for (;;) {
    const { rows } = await sql<Row>`
      select s.stream, s.version, s.entry, k.wrapped, e.block, e.transaction, e.event
      from store.sealed_entries s
      join keystore.content_keys k on k.stream = s.stream and k.version = s.version
      join store.events e on e.stream = s.stream and e.version = s.version
      where s.class = ${className}
        and (e.block, e.transaction, e.event) > (${after.block}, ${after.transaction}, ${after.index})
      order by e.block, e.transaction, e.event limit ${pageSize}`.execute(kysely);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = { block: last.block, transaction: last.transaction, index: last.event };
  }
}
