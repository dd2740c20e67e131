import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', 'cli', 'main.ts');

/** `plinth audit follow` as a process that goes on until it is told to end. */
export class AuditFollower {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #said = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [main, 'audit', 'follow', ...args], { env });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (text) => (this.#said += String(text)));
    this.#ended = once(this.#child, 'close');
  }

  /** Everything that it has printed so far. */
  get said(): string {
    return this.#said;
  }

  /** Up to which block it says that it has followed; NaN before it says so. */
  get block(): number {
    return Number(/.*followed to block (\d+)/s.exec(this.#said)?.[1]);
  }

  /** Its exit code once it has ended. */
  async ended(): Promise<unknown> {
    const [code] = await this.#ended;
    return code;
  }

  /** Ends it by a signal; answers its exit code, null when the signal has killed it. */
  async end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<unknown> {
    this.#child.kill(signal);
    return this.ended();
  }
}
