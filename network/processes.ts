import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessRecord } from './description.ts';
import { until } from './until.ts';

type Program = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly log: string;
};

/** Starts a program that goes on when this process ends; what it prints is added to its log. */
export function startProcess(program: Program): ProcessRecord {
  mkdirSync(dirname(program.log), { recursive: true });
  const log = openSync(program.log, 'a');
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: { ...process.env, ...program.env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.once('error', () => undefined); // it shows as a process that is not running
  child.unref();
  const pid = child.pid ?? 0;
  return { pid, started: startOf(pid) ?? '', log: program.log };
}

/** This very process, for others to find; it keeps no log of its own. */
export function thisProcess(): ProcessRecord {
  return { pid: process.pid, started: startOf(process.pid) ?? '', log: '' };
}

/** When the process began, in whatever unit the system tells it; undefined when there is none (or only its remains). */
function startOf(pid: number): string | undefined {
  if (pid === 0) return undefined;
  return process.platform === 'linux' ? startInProc(pid) : startFromPs(pid);
}

function startInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold blanks
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether this very process still runs, and not a later one with its number. */
export function isRunning(record: ProcessRecord | undefined): boolean {
  return record !== undefined && record.started !== '' && startOf(record.pid) === record.started;
}

/** Ends these processes and no others: asked first, then forced. */
export async function stopProcesses(records: readonly ProcessRecord[]): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const running = records.filter(isRunning);
    for (const { pid } of running) signalTo(pid, signal);
    const ended = () => Promise.resolve(!running.some(isRunning));
    await until('processes end', ended, { limit: 10_000 }).catch(() => undefined); // the next signal, or the error below
  }
  const left = records.filter(isRunning);
  if (left.length > 0) throw new Error(`processes that do not end: ${left.map(({ pid }) => pid).join(', ')}`);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in the meantime; one that may not be signalled is told by those that are left.
  }
}

/** The end of a log, for a message about a process that did not come up. */
export function tailOf(log: string, lines = 15): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
