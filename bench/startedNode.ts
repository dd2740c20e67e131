import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { repository } from '#cli/settings.ts';
import { commandOf, processTree } from './processTree.ts';

/** A node that runs on its own, started as a newcomer starts it. */
export type StartedNode = {
  readonly pid: number;
  readonly url: string;
  /** From the command to the line `ready at`. */
  readonly seconds: number;
  readonly stop: () => Promise<void>;
};

const patience = 120_000;

/** Runs `npm start` on a data folder and waits until it is ready. */
export async function startNode(dataFolder: string): Promise<StartedNode> {
  const begin = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: repository,
    env: { ...process.env, PLINTH_DATA: dataFolder, PORT: '0', DATABASE_URL: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('npm cannot be started');
  try {
    const url = await readyUrl(child);
    return { pid, url, seconds: (performance.now() - begin) / 1000, stop: () => stop(child, pid) };
  } catch (error) {
    await stop(child, pid);
    throw error;
  }
}

/** The lines are read on after it is ready: what comes later must not fill the pipe. */
async function readyUrl(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('npm start has no output');
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('npm start was not ready in time')), patience);
    child.once('exit', () => reject(new Error('npm start ended')));
    createInterface({ input: stdout }).on('line', (line) => {
      const url = /^ready at (\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
  });
}

/** Asks the node itself to stop, since npm does not hand every signal on; what stands around it ends with it. */
async function stop(child: ChildProcess, pid: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  for (const each of await processTree(pid)) {
    if ((await commandOf(each)).includes('cli/main.ts')) process.kill(each, 'SIGINT');
  }
  await ended;
}
