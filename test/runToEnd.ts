import { execFile } from 'node:child_process';

/** How a program ended, and all that it printed. */
export type Ended = { readonly code: number; readonly said: string };

/** Where a program runs, and all of its environment. */
type Place = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** Runs a program to its end, whichever that is. */
export function runToEnd(program: string, args: readonly string[], { cwd, env }: Place): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, [...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
    });
  });
}
