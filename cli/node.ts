import type { Logger } from 'pino';
import { errorCode } from '#domain/errorCode.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { startExpiring } from '#projections/expiry/expiring.ts';
import { startIngest, type Ingest, type IngestStatus } from '#projections/ingest/ingest.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import type { NodeStore } from '#projections/kurrentdb/nodeStore.ts';
import { checkNodeKey } from '#projections/keys/recoverKeys.ts';
import { anchorLogs, type AnchoredLog } from './nodeAnchoring.ts';
import { openStore } from './openStore.ts';
import { openRegistry, type Registry } from './registry.ts';
import { databasePlace, keystoreFolder, type Settings } from './settings.ts';

/** A node below its gateway: the registry, the database, and the ingest that follows the one into the other. */
export type Node = {
  readonly registry: Registry;
  readonly keystore: Keystore;
  readonly database: Database;
  /** Where the node's events lie, if not in the database. */
  readonly store: NodeStore | undefined;
  readonly ingest: Ingest;
  readonly log: AnchoredLog;
  /** Closes everything in order; may be called again. */
  readonly close: () => Promise<void>;
};

/** What a node's opening is told beside its settings. */
export type OpenNodeOptions = {
  readonly logger: Logger;
  /** What has to be on the ledger before the node serves; done while the database starts. */
  readonly prepare: (registry: Registry) => Promise<void>;
};

/** Opens a node from the bottom up; what opened before something failed is closed again. */
export async function openNode(settings: Settings, { logger, prepare }: OpenNodeOptions): Promise<Node> {
  const opened = new AsyncDisposableStack();
  try {
    const registry = await openRegistry(settings);
    opened.defer(() => registry.close());
    const { agency, ledger } = registry;
    const keystore = await openFileKeystore(keystoreFolder(settings, agency), agency);
    const opening = openDatabase(databasePlace(settings, agency));
    // A database that did not open has nothing to close, and says why below.
    opened.defer(() =>
      opening.then(
        (database) => database.close(),
        () => undefined,
      ),
    );
    const [database] = await Promise.all([opening, prepare(registry)]);
    await checkNodeKey({ database, keystore });
    const store = await openStore(settings, { ledger, database, keystore, logger });
    opened.defer(async () => store?.stop());
    const ingest = startIngest({ database, ledger, keystore, store, onStatus: logStatus(logger) });
    opened.defer(() => ingest.stop());
    const log = anchorLogs(registry, { database, logger, embedded: settings.ledger === 'embedded' });
    opened.defer(() => log.stop());
    const expiring = startExpiring({ database, ledger, agency });
    opened.defer(() => expiring.stop());
    return { registry, keystore, database, store, ingest, log, close: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

function logStatus(logger: Logger) {
  return (status: IngestStatus, cause?: unknown): void => {
    // Only the code of a cause: messages of drivers quote values.
    const code = errorCode(cause);
    if (status.state === 'stopped') logger.fatal({ ...status, cause: code }, 'ingest');
    else if (status.state === 'waiting' && status.for === 'history')
      logger.error(
        { ...status, cause: code },
        'ingest: this peer began with a snapshot; see plinth copy-history --help',
      );
    else logger.info({ ...status, cause: code }, 'ingest');
  };
}
