import { sql } from 'kysely';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import { insertNewRows } from '../postgres/rows.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ModelTarget, type ReadModel } from './readModel.ts';

/** Every version of the identity schema. */
export const identitySchemas: ReadModel = {
  tables: ['identity_schemas'],
  project: async (page, { trx, schema }) => {
    const rows = eventsOf(page, 'identitySchema').map(({ event }) => ({
      version: event.data.version,
      definition: event.data,
      published_at: event.at,
    }));
    await insertNewRows(trx, { schema, table: 'identity_schemas' }, rows);
  },
};

/** The published schemas, as far as this page's transaction sees them, by version. */
export async function publishedSchemas({ trx, schema }: ModelTarget): Promise<ReadonlyMap<number, IdentitySchema>> {
  const { rows } = await sql<{ version: number; definition: IdentitySchema }>`
    select version, definition from ${sql.id(schema, 'identity_schemas')}`.execute(trx);
  return new Map(rows.map(({ version, definition }) => [version, definition]));
}

const all = { name: 'list-identity-schemas', text: 'select version, definition from model.identity_schemas' };

/** Every published schema, by version. */
export async function listIdentitySchemas(db: Database): Promise<ReadonlyMap<number, IdentitySchema>> {
  const rows = await ask<{ version: number; definition: IdentitySchema }>(db, all, []);
  return new Map(rows.map(({ version, definition }) => [version, definition]));
}
