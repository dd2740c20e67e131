import { join } from 'node:path';
import type { Country } from '#domain/country.ts';
import { openEmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { ensureAgencyKeys, type AgencyKeys } from './agencyKeys.ts';
import { keystoreFolder, type Settings } from './settings.ts';

/** This node's ledger, with the keys that lie on this machine. */
export type OpenedLedger = {
  readonly channel: string;
  readonly ledger: Ledger;
  readonly registryKey: Uint8Array;
  /** Every endorsing agency whose keys lie on this machine, with its own way to the ledger, to found the registry. */
  readonly agencies: readonly { readonly name: string; readonly keys: AgencyKeys; readonly ledger: Ledger }[];
  readonly close: () => Promise<void>;
};

/** Opens the ledger that the settings name, as the node of `agency`. Makes keys that are missing. */
export async function openLedger(settings: Settings, country: Country, agency: string): Promise<OpenedLedger> {
  // Keys must not be made for a network that is not there: it would find its folder taken, and has keys of its own.
  if (settings.ledger === 'fabric') getDescription(settings.networkFolder);
  const names = country.endorsement.agencies;
  const keys = new Map<string, AgencyKeys>();
  const ensured = await ensureAgencyKeys(names.map((name) => keystoreFolder(settings, name)));
  names.forEach((name, index) => {
    const own = ensured[index];
    if (own !== undefined) keys.set(name, own);
  });
  const { channel, ledgerOf, close } = await waysToLedger(settings, country, { agency, keys });
  return {
    channel,
    ledger: ledgerOf(agency),
    registryKey: keysOf(keys, agency).registryKey,
    agencies: names.map((name) => ({ name, keys: keysOf(keys, name), ledger: ledgerOf(name) })),
    close,
  };
}

type Ways = {
  readonly channel: string;
  readonly ledgerOf: (agency: string) => Ledger;
  readonly close: () => Promise<void>;
};
type Own = { readonly agency: string; readonly keys: ReadonlyMap<string, AgencyKeys> };

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
    registryKeyOf: (agency) => keysOf(own.keys, agency).registryKey,
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

function keysOf(keys: ReadonlyMap<string, AgencyKeys>, agency: string): AgencyKeys {
  const own = keys.get(agency);
  if (own === undefined) throw new Error(`no keys of ${agency} on this machine`);
  return own;
}
