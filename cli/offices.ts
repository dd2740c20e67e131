import type { OfficeOptions } from '#gateway/offices/office.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import type { Registry } from './registry.ts';
import { keystoreFolder, type Settings } from './settings.ts';

/**
 * The agencies whose officers a node of a demo serves: those whose keys lie on this machine, each through its own way to the
 * ledger. None in a real country, where officers bring signatures of their own.
 */
export async function demoOffices(
  settings: Settings,
  { agencies, signers }: Registry,
): Promise<readonly OfficeOptions[]> {
  const offices = agencies.map(async ({ name: agency, ledger }): Promise<readonly OfficeOptions[]> => {
    const authorize = signers.get(agency);
    if (authorize === undefined) return [];
    const { signingKey } = await openFileKeystore(keystoreFolder(settings, agency), agency);
    return [{ agency, ledger, authorize, signingKey }];
  });
  return (await Promise.all(offices)).flat();
}
