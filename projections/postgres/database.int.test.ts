import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from './database.ts';

let directory: string;
let database: Database;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-database-'));
  database = await openDatabase({ directory, durable: false });
});
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

describe('a connection that breaks between two queries of whoever holds it', () => {
  it('does not take the node with it, and others are opened', async () => {
    const held = await database.pool.connect();
    const broken = new Promise<void>((resolve) => held.once('end', () => resolve()));
    const { rows } = await held.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await broken;
    await expect(held.query('select 1')).rejects.toThrow();
    held.release(true);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
