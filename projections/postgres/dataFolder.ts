import { readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Makes this process the one that uses the data folder. A node that was killed leaves its PostgreSQL running and its
 * postmaster.pid behind: such an orphan is stopped. A node that still runs keeps its folder, and this one is refused.
 */
export async function claimDataFolder(directory: string, data: string): Promise<() => Promise<void>> {
  const claim = join(directory, 'node.pid');
  const [owner = '', born = ''] = (await readIfThere(claim)).split(' ');
  if (born !== '' && (await birthOf(owner)) === born)
    throw new Error(
      `ERR_DATABASE_IN_USE: process ${owner} is using this data folder, and an embedded database belongs to one; ` +
        `end that one first (Ctrl-C where it runs, or kill ${owner})`,
    );
  const birth = await birthOf(String(process.pid));
  await writeFile(claim, `${process.pid} ${birth}`);
  if (birth !== '') await stopOrphan(data); // without /proc PostgreSQL's own check of its pid file has to do
  return () => rm(claim, { force: true });
}

async function stopOrphan(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const [pid = ''] = (await readIfThere(pidFile)).split('\n');
  if (pid === '') return;
  const folder = await realpath(data);
  const isRunning = async () => (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
  if (await isRunning()) process.kill(Number(pid), 'SIGINT');
  while (await isRunning()) await pause(20);
  // The number may belong to another process by now, which PostgreSQL would take for a running server.
  await rm(pidFile, { force: true });
}

/** When a process began, in the kernel's ticks: with the pid it names a process for good. Empty when it is gone. */
async function birthOf(pid: string): Promise<string> {
  const line = await readIfThere(`/proc/${pid}/stat`);
  const [state, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? '' : (rest[18] ?? ''); // a zombie has ended; only its parent has not noticed
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
