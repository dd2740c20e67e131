import { embeddedRegistry } from './embeddedRegistry.ts';
import { rateUnder } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { registerNext } from './registrations.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const rounds = 3;
const load = { callers: 300, rampMs: 500, windowMs: 3000 };

/** Registrations per second on the ledger in this process: three agencies' signatures, sealed values, synced to disk. */
export const embeddedIdentities: Measurement = {
  part: 'embedded',
  names: ['embedded.identities.grouped'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    yield await measure(folder.path, report);
  },
};

async function measure(folder: string, report: Report): Promise<Result> {
  const { ledger, next } = await embeddedRegistry(folder);
  try {
    const rates: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const rate = await rateUnder(load, () => registerNext(ledger, next));
      report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${rounded(rate)} identities/s`);
      if (round > 0) rates.push(rate);
    }
    const note = `${load.callers} callers, ${rounds} rounds of at least ${load.windowMs / 1000} s`;
    return { name: 'embedded.identities.grouped', value: rounded(median(rates)), unit: '/s', note };
  } finally {
    await ledger.close();
  }
}
