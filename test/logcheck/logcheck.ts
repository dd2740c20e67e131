import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What software of other people says of a log: its exit code and its line. */
export type Verdict = { readonly code: number; readonly said: string };

/** Builds the checker from the Go module beside this file, whose parts come from the module proxy. Answers how it is asked. */
export function buildLogcheck(folder: string): (...args: readonly string[]) => Promise<Verdict> {
  const program = join(folder, 'logcheck');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: import.meta.dirname, stdio: 'pipe' });
  return (...args) =>
    new Promise((resolve) => {
      execFile(program, args, { timeout: 50_000 }, (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout });
      });
    });
}
