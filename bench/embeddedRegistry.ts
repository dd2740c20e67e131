import { join } from 'node:path';
import { ensureRegistryKey } from '#cli/agencyKeys.ts';
import { loadCountry } from '#country/loadCountry.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { foundedRegistry } from './foundedRegistry.ts';
import { registrationsOf, type Registration } from './registrations.ts';

const channel = 'plinth';

/** A founded registry on the embedded ledger in this folder, and endless people to register. Whoever opens it closes the ledger. */
export async function embeddedRegistry(
  folder: string,
): Promise<{ readonly ledger: EmbeddedLedger; readonly next: () => Registration }> {
  const country = await loadCountry('demo');
  const founders = country.agencies.filter(({ peer }) => peer).map(({ name }) => name);
  const keystores = founders.map((name) => join(folder, 'keys', name));
  const registryKey = await ensureRegistryKey(keystores);
  const ledger = await openEmbeddedLedger({
    directory: ledgerFolder(folder),
    channel,
    agency: founders[0] ?? '',
    agencies: country.agencies.map(({ name }) => name),
    endorsement: country.endorsement,
    classes: country.classes,
    registryKeyOf: () => registryKey,
  });
  try {
    const agencies = founders.map((name, index) => ({
      name,
      keystore: keystores[index] ?? '',
      ledger: ledger.as(name),
    }));
    return { ledger, next: await registrationsOf(country, await foundedRegistry(country, channel, agencies)) };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** Where such a registry's ledger lies. */
export function ledgerFolder(folder: string): string {
  return join(folder, 'ledger');
}
