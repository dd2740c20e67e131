import * as z from 'zod';
import { StreamName } from '#domain/envelope.ts';
import { findAccessEntry } from '#projections/logs/accessRecords.ts';
import { findAccessIndex, keptAccessLog, takeInAccesses } from '#projections/logs/accessTree.ts';
import { findConsentsOf } from '#projections/models/consents.ts';
import { findProof } from '#projections/logs/logProof.ts';
import type { NodeLog } from '#projections/logs/nodeLog.ts';
import { findLeaf, findLeafIndex } from '#projections/models/registryLog.ts';
import { keptRegistryLog } from '#projections/logs/signedCheckpoint.ts';
import type { Caller } from '../caller.ts';
import type { GatewayParts } from '../context.ts';
import { RequestError } from '../http/requestError.ts';

type Parts = Pick<GatewayParts, 'accessLog' | 'database' | 'keystore'> & { readonly log: NodeLog };

const FactPlace = z.strictObject({
  stream: StreamName,
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
});
const AccessPlace = z.strictObject({ access: z.uuid() });

/** The proof file of an event of the ledger, for the person it is about and for auditors. */
export async function factProof(parts: Parts, query: URLSearchParams, caller: Caller | undefined): Promise<string> {
  const { stream, version } = read(FactPlace, query);
  await demandOwn(parts, caller, stream);
  const index = await findLeafIndex(parts.database, stream, version);
  return found(index === undefined ? undefined : await findProof(parts, keptRegistryLog, { index }));
}

/** The event itself, byte for byte as it is hashed. */
export async function factEntry(parts: Parts, query: URLSearchParams, caller: Caller | undefined): Promise<string> {
  const { stream, version } = read(FactPlace, query);
  await demandOwn(parts, caller, stream);
  return found((await findLeaf(parts.database, stream, version))?.toString());
}

// Places in the log and event digests would let parties join what they know of a person, so none is ever told to one.
async function demandOwn({ database, keystore }: Parts, caller: Caller | undefined, stream: string): Promise<void> {
  if (caller === undefined) throw new RequestError('ERR_UNAUTHENTICATED', 'proofs are for the person and for auditors');
  if (caller.kind === 'auditor') return;
  if (caller.kind === 'resident') {
    if (stream === `identity-${caller.identity}`) return;
    const consents = await findConsentsOf(database, keystore, caller.identity);
    if (consents.some(({ consent }) => stream === `consent-${consent}`)) return;
  }
  throw new RequestError('ERR_FORBIDDEN', 'proofs are for the person and for auditors');
}

/** The proof file of an access record: its leaf is the SHA-256 of the record as `accessEntry` gives it. */
export async function accessProof(parts: Parts, query: URLSearchParams, caller: Caller | undefined): Promise<string> {
  const { access } = read(AccessPlace, query);
  await parts.accessLog.caughtUp();
  if (caller?.kind !== 'auditor') await ownAccess(parts, access, caller);
  await takeInAccesses(parts.database); // it may be a moment old
  const index = await findAccessIndex(parts.database, access);
  return found(index === undefined ? undefined : await findProof(parts, keptAccessLog, { index }));
}

/** An access record with its salt, for the person alone. */
export async function accessEntry(parts: Parts, query: URLSearchParams, caller: Caller | undefined): Promise<string> {
  const { access } = read(AccessPlace, query);
  await parts.accessLog.caughtUp();
  return ownAccess(parts, access, caller);
}

async function ownAccess({ database, keystore }: Parts, accessId: string, caller: Caller | undefined): Promise<string> {
  if (caller === undefined) throw new RequestError('ERR_UNAUTHENTICATED', 'access records are for the person');
  if (caller.kind !== 'resident') throw new RequestError('ERR_FORBIDDEN', 'access records are for the person');
  return found(await findAccessEntry(database, keystore, { accessId, identity: caller.identity }));
}

function read<T>(schema: z.ZodType<T>, query: URLSearchParams): T {
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (parsed.success) return parsed.data;
  throw new RequestError('ERR_MALFORMED', 'ask with stream and version, or with access');
}

function found(text: string | undefined): string {
  if (text === undefined) throw new RequestError('ERR_NO_SUCH_PAGE', 'the log has no such entry');
  return text;
}
