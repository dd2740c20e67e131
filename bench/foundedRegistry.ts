import { ensureAgencyKeys } from '#cli/agencyKeys.ts';
import { foundRegistry } from '#cli/foundRegistry.ts';
import { demoSigner, ensureDemoOfficers } from '#cli/demoOfficers.ts';
import type { Country } from '#domain/country.ts';
import type { Command } from '#domain/envelope.ts';
import type { Ledger } from '#ledger/ledger.ts';

/** Where an agency keeps its keys, and its way to the ledger. */
export type Founder = { readonly name: string; readonly keystore: string; readonly ledger: Ledger };

/** Founds a registry with the agencies that hold peers; answers how the first one's registrar signs. */
export async function foundedRegistry(
  country: Country,
  channel: string,
  founders: readonly Founder[],
): Promise<(command: Command) => Command> {
  const keys = await ensureAgencyKeys(founders.map(({ keystore }) => keystore));
  const agencies = await Promise.all(
    founders.map(async ({ name, keystore, ledger }, index) => {
      const own = keys[index];
      if (own === undefined) throw new Error(`no keys of ${name}`);
      return { name, ledger, keys: own, officers: await ensureDemoOfficers(keystore) };
    }),
  );
  await foundRegistry(country, channel, agencies);
  const sign = demoSigner(channel, agencies[0]?.officers ?? []);
  return (command) => sign(command, 'registrar');
}
