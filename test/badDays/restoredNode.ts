import { pino } from 'pino';
import { readParty } from '#cli/demoContent.ts';
import { partyToken } from '#cli/partyToken.ts';
import { openRegistry } from '#cli/registry.ts';
import { databasePlace, keystoreFolder, type Settings } from '#cli/settings.ts';
import { createGateway } from '#gateway/server.ts';
import { LedgerUnavailable, type DeliveredBlock, type Ledger } from '#ledger/ledger.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { startIngest } from '#projections/ingest/ingest.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { ask, type Answered } from '#test/gatewayNode.ts';

/** A node whose blocks come when the test lets them, and whose ledger may not say how far it is. */
export type RestoredNode = AsyncDisposable & {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly askClinic: (query: string, variables: object) => Promise<Answered>;
  readonly readiness: () => Promise<{ readonly status: number; readonly body: unknown }>;
  readonly letBlocksCome: () => void;
  /** Whether the ledger can be asked how far it is. */
  readonly setAway: (isAway: boolean) => void;
};

/** Opens a node on what lies in its folders; no block comes yet. */
export async function openRestoredNode(settings: Settings, { isAway = false } = {}): Promise<RestoredNode> {
  await using opened = new AsyncDisposableStack();
  let away = isAway;
  const registry = await openRegistry(settings);
  opened.defer(() => registry.close());
  const { agency, ledger, country } = registry;
  const keystore = await openFileKeystore(keystoreFolder(settings, agency), agency);
  const database = await openDatabase(databasePlace(settings, agency));
  opened.defer(() => database.close());
  const { promise: coming, resolve } = Promise.withResolvers<undefined>();
  const ingest = startIngest({ database, ledger: { ...ledger, blocks: heldBack(ledger, coming) }, keystore });
  opened.defer(() => ingest.stop());
  const letBlocksCome = () => resolve(undefined);
  opened.defer(letBlocksCome);
  const tip = () => (away ? Promise.reject(new LedgerUnavailable(new Error('no route'))) : ledger.tip());
  const logger = pino({ level: 'silent' });
  const parts = { country, ledger: { ...ledger, tip }, database, keystore, ingest, logger };
  const gateway = await createGateway({ ...parts, port: 0 });
  opened.defer(() => gateway.close());
  const token = await partyToken(await readParty(settings.partyFolder, 'clinic'), gateway.url);
  const all = opened.move();
  return {
    database,
    keystore,
    askClinic: (query, variables) => ask(gateway.url, token, JSON.stringify({ query, variables })),
    readiness: async () => {
      const response = await fetch(`${gateway.url}/ready`);
      return { status: response.status, body: await response.json() };
    },
    letBlocksCome,
    setAway: (next) => (away = next),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function heldBack(ledger: Ledger, coming: Promise<undefined>): Ledger['blocks'] {
  return async function* (from, signal): AsyncGenerator<DeliveredBlock> {
    await coming;
    yield* ledger.blocks(from, signal);
  };
}
