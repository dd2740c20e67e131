import { join } from 'node:path';
import { ensureAgencyKeys } from '#cli/agencyKeys.ts';
import { loadCountry } from '#country/loadCountry.ts';
import { openEmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { foundedRegistry } from './foundedRegistry.ts';
import { rateUnder } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { registerNext, registrationsOf } from './registrations.ts';
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
  const country = await loadCountry('demo');
  const founders = country.agencies.filter(({ peer }) => peer).map(({ name }) => name);
  const keystores = founders.map((name) => join(folder, 'keys', name));
  const [keys] = await ensureAgencyKeys(keystores);
  if (keys === undefined) throw new Error('a country without agencies');
  const channel = 'plinth';
  const ledger = await openEmbeddedLedger({
    directory: join(folder, 'ledger'),
    channel,
    agency: founders[0] ?? '',
    agencies: country.agencies.map(({ name }) => name),
    endorsement: country.endorsement,
    classes: country.classes,
    registryKeyOf: () => keys.registryKey,
  });
  try {
    const agencies = founders.map((name, index) => ({
      name,
      keystore: keystores[index] ?? '',
      ledger: ledger.as(name),
    }));
    const next = await registrationsOf(country, await foundedRegistry(country, channel, agencies));
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
