import { readdir, readFile } from 'node:fs/promises';

/** This process and everything that it started, and that they started. Linux only. */
export async function processTree(root: number): Promise<readonly number[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const pid of numbers) parents.set(pid, await parentOf(pid));
  const tree = [root];
  for (const pid of tree) tree.push(...numbers.filter((each) => parents.get(each) === pid)); // grows while it is walked
  return tree;
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''); // gone in the meantime
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? NaN);
}

/** The program of a process and its arguments. */
export async function commandOf(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
}

/** Resident memory of a process in MB; a page that several share counts in parts, so that sums are right (PSS). */
export async function residentMegabytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  if (kilobytes === undefined) throw new Error('the system does not tell the memory of a process');
  return Number(kilobytes) / 1024;
}
