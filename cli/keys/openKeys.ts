import { existsSync } from 'node:fs';
import { loadCountry } from '#country/loadCountry.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { agencyOf, databasePlace, keystoreFolder, settingsOf, SettingsFault, type NodeOptions } from '../settings.ts';

/** A node's keys and its database, without the node. */
export type OpenedKeys = {
  readonly agency: string;
  readonly folder: string;
  readonly keystore: Keystore;
  readonly database: Database;
};

/** Opens keystore and database of the node that the options name, and closes them after the work. */
export async function withKeys<T>(options: NodeOptions, work: (keys: OpenedKeys) => Promise<T>): Promise<T> {
  const settings = settingsOf(options);
  const agency = agencyOf(settings, await loadCountry(settings.country));
  const place = databasePlace(settings, agency);
  if ('directory' in place && !existsSync(place.directory))
    throw new SettingsFault('this node has never been started: it has nothing to open');
  const folder = keystoreFolder(settings, agency);
  const keystore = await openFileKeystore(folder, agency);
  const database = await openDatabase(place);
  try {
    return await work({ agency, folder, keystore, database });
  } finally {
    await database.close();
  }
}
