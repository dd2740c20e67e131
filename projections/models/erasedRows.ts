import { sql } from 'kysely';
import { idOf } from '#domain/envelope.ts';
import { eventsOf, type ModelTarget, type ProjectedEvent } from './readModel.ts';

/** Takes the rows of identities that this page erases out of a table that is keyed by identity. */
export async function deleteErased(
  page: readonly ProjectedEvent[],
  { trx, schema }: ModelTarget,
  table: string,
): Promise<void> {
  const identities = eventsOf(page, 'identity').flatMap(({ event }) =>
    event.type === 'IdentityErased' ? [idOf(event.stream)] : [],
  );
  if (identities.length === 0) return;
  await sql`delete from ${sql.id(schema, table)} where identity = any(${identities})`.execute(trx);
}
