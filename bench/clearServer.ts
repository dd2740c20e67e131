import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#projections/postgres/embedded.ts';

// The rival of a query: answers that lie ready in clear in a table, over bare node:http. No consent, no token, no record.
// Arguments: a folder with answers.json (identity number → body of the answer).
const folder = process.argv[2] ?? '';
const answers = JSON.parse(await readFile(join(folder, 'answers.json'), 'utf8')) as Record<string, string>; // the bench wrote it
const postgres = await startEmbeddedPostgres({ directory: join(folder, 'postgres') });
const pool = new pg.Pool({ connectionString: postgres.url, max: 10 });
pool.on('error', () => undefined); // the server stops before the pool has let go of every connection
await pool.query('create table person (number text primary key, answer text not null)');
await pool.query('insert into person select * from unnest($1::text[], $2::text[])', [
  Object.keys(answers),
  Object.values(answers),
]);

const find = { name: 'find', text: 'select answer from person where number = $1' };
const server = createServer((request, response) => {
  const number = request.url?.slice('/person/'.length) ?? '';
  pool.query<{ answer: string }>({ ...find, values: [number] }).then(
    ({ rows }) => response.setHeader('content-type', 'application/json').end(rows[0]?.answer),
    () => response.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  process.send?.(`http://127.0.0.1:${port}`);
});

process.once('disconnect', () => {
  server.closeAllConnections();
  server.close();
  void pool.end().then(() => postgres.stop());
});
