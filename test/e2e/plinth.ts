import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { eventually } from '#test/eventually.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Where a node lives: its environment, and the options that its commands take. */
export type Place = { readonly environment: Readonly<Record<string, string>>; readonly options: readonly string[] };

/** A command of `plinth` as a process, with everything it has printed so far. */
export function spawnPlinth({ environment }: Place, args: readonly string[]) {
  const child = spawn(process.execPath, ['--no-warnings', 'cli/main.ts', ...args], {
    cwd: repository,
    // A KurrentDB that the adapter's tests may use is nobody's node's.
    env: { ...process.env, PORT: '0', KURRENTDB_URL: undefined, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  return { child, output: () => output, ended: once(child, 'close') };
}

/** Runs a command of `plinth` to its end and answers what it printed. Throws, with that, when it failed. */
export async function plinth(place: Place, ...args: readonly string[]): Promise<string> {
  const { child, output, ended } = spawnPlinth(place, args);
  await ended;
  if (child.exitCode !== 0) throw new Error(`plinth ${args.join(' ')} ended with ${child.exitCode}:\n${output()}`);
  return output().trim();
}

/** A node that serves, as `npm start` runs it. */
export type RunningNode = {
  readonly url: string;
  readonly output: () => string;
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

/** Starts a node and waits until it says where it is ready. */
export async function startNode(place: Place, ...args: readonly string[]): Promise<RunningNode> {
  const { child, output, ended } = spawnPlinth(place, ['start', ...place.options, ...args]);
  const kill = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  const over = ended.then(() => {
    throw new Error(`the node ended before it was ready:\n${output()}`);
  });
  try {
    const url = await Promise.race([over, eventually(() => readyUrl(output()), 120_000)]);
    return { url, output, kill };
  } catch (error) {
    await kill('SIGKILL');
    throw error;
  }
}

function readyUrl(output: string): string {
  const url = /ready at (http:\S+)/.exec(output)?.[1];
  if (url === undefined) throw new Error(`the node is not ready yet:\n${output}`);
  return url;
}

const Answer = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(z.unknown()).optional() });

/** Asks a node's GraphQL and answers one field. Throws when there is an error in the answer. */
export async function ask(url: string, token: string, query: string, variables: object = {}): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const { data, errors } = Answer.parse(await response.json());
  if (errors !== undefined) throw new Error(`status ${response.status}: ${JSON.stringify(errors)}`);
  return Object.values(data ?? {})[0];
}
