import { idOf } from '#domain/envelope.ts';
import type { IdentityEvent } from '#domain/identity/events.ts';
import { canonicalHandle, handleKind } from '#domain/identity/handle.ts';
import { uniqueValues } from '#domain/identity/uniqueValues.ts';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import type { IdentityStatus } from './identityDetails.ts';
import { publishedSchemas } from './identitySchemas.ts';
import type { Keystore } from './keystore.ts';
import { ask } from './postgres/ask.ts';
import type { Database } from './postgres/database.ts';
import { upsertRows } from './postgres/rows.ts';
import { eventsOf, type ModelTarget, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** What a caller knows of a person: `number`, `enrolment` or `handle-<attribute>`, and its value. */
export type Identifier = { readonly kind: string; readonly value: string };

type Row = { readonly identity: string; readonly kind: string; readonly blind_index: string };

export const identifiers: ReadModel = { tables: ['identifiers'], project, heal: project };

async function project(page: readonly ProjectedEvent[], target: ModelTarget): Promise<void> {
  const events = eventsOf(page, 'identity').filter(({ event }) => event.sealed !== undefined);
  if (events.length === 0) return;
  const schemas = await publishedSchemas(target);
  const rows = events.flatMap((each) => rowsOf(each, schemas, target.keystore));
  const latest = new Map(rows.map((row) => [`${row.identity} ${row.kind}`, row]));
  await upsertRows(target.trx, { schema: target.schema, table: 'identifiers', key: ['identity', 'kind'] }, [
    ...latest.values(),
  ]);
}

function rowsOf(
  { event, opened }: ProjectedEvent<IdentityEvent>,
  schemas: ReadonlyMap<number, IdentitySchema>,
  keystore: Keystore,
): readonly Row[] {
  const schema = 'schema' in event.data ? schemas.get(event.data.schema) : undefined;
  if (schema === undefined) throw new Error('private values under an identity schema that was never published');
  const className = event.sealed?.class ?? '';
  if (!mayIdentify(schema, className)) return [];
  return uniqueValues({ schema, className, opened: opened() ?? [] }).map(({ kind, value }) => ({
    identity: idOf(event.stream),
    kind,
    blind_index: keystore.blindIndex(kind, value),
  }));
}

/** Opening costs; classes without number and handles (biometric references, say) stay shut. */
function mayIdentify({ fields, number }: IdentitySchema, className: string): boolean {
  return fields.some((field) => field.class === className && (field.handle || field.name === number.attribute));
}

const byIndex = {
  name: 'find-by-identifier',
  text: `select i.identity, d.status from model.identifiers i join model.identity_details d using (identity)
    where i.blind_index = $1`,
};

/** The identity that has this number, enrolment or handle, whatever its status. */
export async function findByIdentifier(
  db: Database,
  keystore: Keystore,
  { kind, value }: Identifier,
): Promise<{ readonly identity: string; readonly status: IdentityStatus } | undefined> {
  const isHandle = kind.startsWith(handleKind(''));
  const canonical = isHandle ? (canonicalHandle(value) ?? '') : value;
  const [found] = await ask<{ identity: string; status: IdentityStatus }>(db, byIndex, [
    keystore.blindIndex(kind, canonical),
  ]);
  return found;
}
