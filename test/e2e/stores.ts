import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { openDatabase } from '#projections/postgres/database.ts';
import { filesBelow, scannerOf, type Hit, type Pattern } from '#test/byteScan.ts';

/** Looks for the patterns in every file below a folder; hits name files as seen from there. */
export async function scanFiles(folder: string, patterns: readonly Pattern[]): Promise<readonly Hit[]> {
  const scan = scannerOf(patterns);
  const hits: Hit[] = [];
  for (const file of await filesBelow(folder)) hits.push(...scan(relative(folder, file), await readFile(file)));
  return hits;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Looks for the patterns in every row of every table of a node's database, whose files PostgreSQL may have compressed.
 * Writes a checkpoint first, so that the files hold what the tables hold. The node must have been stopped.
 */
export async function scanTables(directory: string, patterns: readonly Pattern[]): Promise<readonly Hit[]> {
  const scan = scannerOf(patterns);
  const database = await openDatabase({ directory });
  try {
    await database.pool.query('checkpoint');
    const { rows: tables } = await database.pool.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const hits: Hit[] = [];
    for (const { name } of tables) {
      const { rows } = await database.pool.query<Row>(`select * from ${name}`);
      hits.push(...scan(`table ${name}`, Buffer.concat(rows.flatMap(bytesOf))));
    }
    return hits;
  } finally {
    await database.close();
  }
}

function bytesOf(row: Row): readonly Buffer[] {
  return Object.values(row).flatMap((value) => [
    Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    Buffer.from('\0'),
  ]);
}
