import { spawn } from 'node:child_process';

type Run = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Receives each line that the program prints to its error output. */
  readonly onLine?: (line: string) => void;
};

/** Runs a program to its end and answers what it printed. Throws with the end of its error output when it fails. */
export async function runTool(command: string, args: readonly string[], run: Run = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: run.cwd,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
    for (const line of text.split('\n')) if (line !== '') run.onLine?.(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return output;
  const end = complaints.trimEnd().split('\n').slice(-12).join('\n');
  throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed (${code ?? 'killed'}):\n${end}`);
}
