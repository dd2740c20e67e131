import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The address of the embedded server that a running node has in this folder; undefined when none runs. */
export async function findRunningServer(directory: string): Promise<string | undefined> {
  if (!existsSync(join(directory, 'node.pid'))) return undefined;
  const [password, state] = await Promise.all([
    readFile(join(directory, 'password'), 'utf8'),
    readFile(join(directory, 'data', 'postmaster.pid'), 'utf8'),
  ]);
  const port = Number(state.split('\n')[3]); // its fourth line, as PostgreSQL documents it
  return `postgresql://plinth:${password}@127.0.0.1:${port}/postgres`;
}
