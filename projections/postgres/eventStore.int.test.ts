import { afterAll, beforeAll, describe } from '@jest/globals';
import { itKeepsEvents, itKeepsFacts, itKeepsOrder, itTakesRepeats } from '../eventStore.contract.ts';
import { postgresEventStore } from './eventStore.ts';
import { openTestDatabase } from '../testing/testNode.ts';
import type { Database } from './database.ts';

describe('the event store in PostgreSQL', () => {
  let db: Database;
  beforeAll(async () => {
    db = await openTestDatabase();
  });
  afterAll(() => db.close());

  itKeepsEvents(() => postgresEventStore(db.kysely));
  itKeepsFacts(() => postgresEventStore(db.kysely));
  itTakesRepeats(() => postgresEventStore(db.kysely));
  itKeepsOrder(() => postgresEventStore(db.kysely));
});
