import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A running rival of the query, in a process of its own like the node. */
export type ClearRival = AsyncDisposable & { readonly url: string };

/** Starts a server that gives these answers (by identity number) from a table that holds them in clear. */
export async function startClearRival(folder: string, answers: ReadonlyMap<string, string>): Promise<ClearRival> {
  await writeFile(join(folder, 'answers.json'), JSON.stringify(Object.fromEntries(answers)));
  const child = fork(join(import.meta.dirname, 'clearServer.ts'), [folder]);
  const ended = once(child, 'exit');
  const message: unknown[] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the rival server ended'))),
  ]);
  return {
    url: String(message[0]),
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await ended;
    },
  };
}
