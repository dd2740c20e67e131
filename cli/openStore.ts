import type { Logger } from 'pino';
import { errorCode } from '#domain/errorCode.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { StoreAhead, StoreUnavailable } from '#projections/eventStore.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { isCopy } from '#projections/kurrentdb/copyLocal.ts';
import type { NodeStore } from '#projections/kurrentdb/nodeStore.ts';
import type { Database } from '#projections/postgres/database.ts';
import { SettingsFault, type Settings } from './settings.ts';

type Parts = {
  readonly ledger: Ledger;
  readonly database: Database;
  readonly keystore: Keystore;
  readonly logger: Logger;
};

/**
 * The KurrentDB that the settings name; undefined when they name none. Throws a StoreAhead when it is not the one of this
 * ledger; one that is away is waited for later, by the ingest.
 */
export async function openStore(
  { kurrentdbUrl }: Pick<Settings, 'kurrentdbUrl'>,
  { ledger, database, keystore, logger }: Parts,
): Promise<NodeStore | undefined> {
  if (kurrentdbUrl === undefined) return demandOwn(database);
  const { openNodeStore } = await import('#projections/kurrentdb/nodeStore.ts'); // its client is large, and most have none
  const onLost = (cause: unknown) => logger.warn({ cause: codeOf(cause) }, 'event store: the copy waits');
  const store = openNodeStore({ url: kurrentdbUrl, database, keystore, onLost });
  try {
    await store.settle(ledger);
  } catch (error) {
    if (error instanceof StoreAhead) {
      await store.stop();
      throw error;
    }
    logger.warn({ cause: codeOf(error) }, 'event store: not settled yet');
  }
  return store;
}

// What lies in KurrentDB alone would be missing here, and what is written here would be missing there.
async function demandOwn(database: Database): Promise<undefined> {
  if (!(await isCopy(database))) return;
  throw new SettingsFault(
    "this node's events lie in a KurrentDB: name it in KURRENTDB_URL, or move them with `plinth events copy --from kurrentdb --to postgres`",
  );
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof StoreUnavailable ? cause.reason : String(errorCode(cause));
}
