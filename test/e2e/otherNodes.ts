import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keystoreFolder, type Settings } from '#cli/settings.ts';
import type { Registry } from '#cli/registry.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { startIngest, type Ingest } from '#projections/ingest/ingest.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';

/** A node of an agency, below its gateway. */
export type LowerNode = {
  readonly agency: string;
  readonly ledger: Ledger;
  readonly keystore: Keystore;
  readonly database: Database;
  readonly ingest: Ingest;
};

/** The nodes of the agencies beside the one whose registry this is, each with keys and a database of its own. */
export async function openOtherNodes(
  settings: Settings,
  { agency: own, agencies }: Registry,
): Promise<AsyncDisposable & { readonly nodes: readonly LowerNode[] }> {
  await using begun = new AsyncDisposableStack(); // one that cannot open leaves none of the others behind
  const nodes: LowerNode[] = [];
  for (const { name: agency, ledger } of agencies.filter(({ name }) => name !== own)) {
    const directory = await mkdtemp(join(tmpdir(), `plinth-${agency}-`));
    begun.defer(() => rm(directory, { recursive: true }));
    const database = await openDatabase({ directory, durable: false });
    begun.defer(() => database.close());
    const keystore = await openFileKeystore(keystoreFolder(settings, agency), agency);
    const ingest = startIngest({ database, ledger, keystore });
    begun.defer(() => ingest.stop());
    nodes.push({ agency, ledger, keystore, database, ingest });
  }
  const opened = begun.move();
  return { nodes, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
