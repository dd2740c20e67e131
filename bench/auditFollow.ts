import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedRegistry, ledgerFolder } from './embeddedRegistry.ts';
import { rateUnder } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { registerNext } from './registrations.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const rounds = 3;
const load = { callers: 300, rampMs: 500, windowMs: 3000 };
const patience = 60_000; // ms; a follower that is later than that does not keep up at all

/** How long after the last commit of a full load a monitor, which runs beside it, has verified everything. */
export const auditFollow: Measurement = {
  part: 'follow',
  names: ['audit.follow.lag'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    yield await measure(folder.path, report);
  },
};

async function measure(folder: string, report: Report): Promise<Result> {
  const { ledger, next } = await embeddedRegistry(folder);
  const follower = new Follower(join(ledgerFolder(folder), 'blocks.log'));
  try {
    const lags: number[] = [];
    const rates: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const rate = await rateUnder(load, () => registerNext(ledger, next));
      const { height } = await ledger.status();
      const lag = await follower.timeUntil(height);
      report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${rounded(lag)} ms behind ${rounded(rate)} identities/s`);
      if (round === 0) continue;
      lags.push(lag);
      rates.push(rate);
    }
    return {
      name: 'audit.follow.lag',
      value: rounded(median(lags)),
      unit: 'ms',
      note: `until a monitor in a process beside it had verified the last of ${rounded(median(rates))} identities/s`,
    };
  } finally {
    await follower.close();
    await ledger.close();
  }
}

/** The monitor in a process of its own, which says after each block how many it has verified. */
class Follower {
  readonly #child;
  #height = 0;

  constructor(file: string) {
    const script = fileURLToPath(new URL('followerProcess.ts', import.meta.url));
    this.#child = fork(script, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (height) => (this.#height = Number(height)));
  }

  /** How long it takes from now on until so many blocks are verified, in ms. */
  async timeUntil(height: number): Promise<number> {
    const begin = performance.now();
    while (this.#height < height) await once(this.#child, 'message', { signal: AbortSignal.timeout(patience) });
    return performance.now() - begin;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'close');
  }
}
