import { join } from 'node:path';
import type { Country } from '#domain/country.ts';
import { openEmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { ensureAgencyKeys, ensureRegistryKey, findRegistryKey, type AgencyKeys } from './agencyKeys.ts';
import { keystoreFolder, SettingsFault, type Settings } from './settings.ts';

/** This node's ledger, with the keys that lie on this machine. */
export type OpenedLedger = {
  readonly channel: string;
  readonly ledger: Ledger;
  /** Secret of the whole registry; undefined at an agency that holds no private values. */
  readonly registryKey: Uint8Array | undefined;
  /** Whether this node may found the registry: an agency that joins it later enters by agreement. */
  readonly founding: boolean;
  /** The agencies that this node speaks for, each with its own way to the ledger: its own, and where it founds a demo, all founders. */
  readonly agencies: readonly { readonly name: string; readonly keys: AgencyKeys; readonly ledger: Ledger }[];
  readonly close: () => Promise<void>;
};

/** Opens the ledger that the settings name, as the node of `agency`. Makes keys that are missing. */
export async function openLedger(settings: Settings, country: Country, agency: string): Promise<OpenedLedger> {
  // Keys must not be made for a network that is not there: it would find its folder taken, and has keys of its own.
  const founders = foundersOf(settings, country);
  const founding = founders.includes(agency);
  const names = founding && (country.demo || settings.ledger === 'embedded') ? founders : [agency];
  const folders = names.map((name) => keystoreFolder(settings, name));
  const keys = await ensureAgencyKeys(folders);
  const registryKey =
    settings.ledger === 'embedded'
      ? await ensureRegistryKey(folders)
      : await findRegistryKey(keystoreFolder(settings, agency));
  const { channel, ledgerOf, close } = await waysToLedger(settings, country, { agency, registryKey });
  const agencies = names.flatMap((name, index) => {
    const own = keys[index];
    return own === undefined ? [] : [{ name, keys: own, ledger: ledgerOf(name) }];
  });
  return { channel, ledger: ledgerOf(agency), registryKey, founding, agencies, close };
}

/** The registry key. Throws where this agency has none. */
export function getRegistryKey({ registryKey }: Pick<OpenedLedger, 'registryKey'>): Uint8Array {
  if (registryKey !== undefined) return registryKey;
  throw new SettingsFault(
    'this agency holds no private values, and has no registry key: registrars of another do this',
  );
}

/** The country's endorsing agencies; on a network those of them whose peers it began with. */
function foundersOf({ ledger, networkFolder }: Settings, { endorsement }: Country): readonly string[] {
  if (ledger === 'embedded') return endorsement.agencies;
  const { agencies } = getDescription(networkFolder);
  return endorsement.agencies.filter((name) =>
    agencies.some((each) => each.name === name && each.peer !== undefined && each.joining === undefined),
  );
}

type Ways = {
  readonly channel: string;
  readonly ledgerOf: (agency: string) => Ledger;
  readonly close: () => Promise<void>;
};
type Own = { readonly agency: string; readonly registryKey: Uint8Array | undefined };

async function waysToLedger(settings: Settings, country: Country, own: Own): Promise<Ways> {
  if (settings.ledger === 'fabric') return waysToFabric(settings.networkFolder);
  const { endorsement, classes } = country;
  const channel = 'plinth';
  const embedded = await openEmbeddedLedger({
    directory: join(settings.dataFolder, 'ledger'),
    channel,
    agency: own.agency,
    agencies: country.agencies.map(({ name }) => name),
    endorsement,
    classes,
    registryKeyOf: () => getRegistryKey(own),
  });
  return { channel, ledgerOf: embedded.as, close: embedded.close };
}

function waysToFabric(networkFolder: string): Ways {
  const description = getDescription(networkFolder);
  const opened = new Map<string, Ledger>();
  const ledgerOf = (agency: string): Ledger => {
    const ledger = opened.get(agency) ?? openFabricLedger(connectionOf(description, agency));
    opened.set(agency, ledger);
    return ledger;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...opened.values()].map((ledger) => ledger.close()));
  };
  return { channel: description.channel, ledgerOf, close };
}
