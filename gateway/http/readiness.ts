import { setTimeout as pause } from 'node:timers/promises';
import type { AnchoringStatus } from '#projections/logs/anchoring.ts';
import { missingCounts, type MissingCount } from '#projections/ingest/missing.ts';
import { countTroubles, type Troubles } from '#projections/webhooks/registrations.ts';
import type { GatewayParts } from '../context.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { requestErrorOf } from './faults.ts';

/** How each part this node depends on is: `ready`, or the code of what is wrong. */
export type Readiness = {
  readonly ready: boolean;
  readonly ledger: string;
  readonly database: string;
  /** Only where the node's events lie in another store than its database. */
  readonly store?: string;
  readonly ingest: string;
  /**
   * `complete`, or how many private values of each class this node cannot serve, and why. It says nothing of whose they
   * are, and keeps nobody from serving the others.
   */
  readonly values: string;
  /**
   * `ready`, or what keeps the agencies of this node from anchoring the logs, and which statements of others their tree denies.
   * It keeps nobody from serving: whoever is right, the facts are endorsed and stand.
   */
  readonly log: string;
  /** `ready`, or what is the matter with addresses that are told what happens. It keeps nobody from serving either. */
  readonly webhooks: string;
};

const patience = 2000; // ms; whoever asks for readiness asks again soon
const largestLag = 20; // blocks that the read models may be behind while writing goes on

/** Asks ledger, database, event store and ingest. Never throws. */
export async function readiness({
  ledger,
  database,
  ingest,
  keystore,
  catchUp,
  log,
  store,
  webhooks,
}: GatewayParts): Promise<Readiness> {
  const [height, head, counted, caughtUp, checked, troubles] = await Promise.all([
    inTime(async () => (await ledger.status()).height),
    inTime(() => ledger.head(`agency-${keystore.agency}`)), // peers tell their height also while no chaincode runs
    inTime(() => missingCounts(database)),
    inTime(() => catchUp.check()),
    inTime(() => store?.check() ?? Promise.resolve()),
    inTime(() => countTroubles(database)),
  ]);
  const isNear = 'code' in height || height.value - ingest.height() <= largestLag;
  const states = {
    ledger: 'code' in height ? height.code : 'code' in head ? 'ERR_CHAINCODE_UNAVAILABLE' : 'ready',
    database: stateOf(counted),
    ...(store && { store: stateOf(checked) }),
    ingest: ingestState(ingest, { isBehind: !isNear || 'code' in caughtUp }),
  };
  const values = 'code' in counted ? counted.code : missingText(counted.value);
  const ready = Object.values(states).every((state) => state === 'ready');
  const beside = {
    log: anchoringText(log?.anchoring() ?? new Map()),
    webhooks: 'code' in troubles ? troubles.code : troublesText(webhooks, troubles.value),
  };
  return { ready, ...states, values, ...beside };
}

function stateOf(answer: object): string {
  return 'code' in answer ? String(answer.code) : 'ready';
}

function troublesText({ status }: Pick<Webhooks, 'status'>, { failing, dead }: Troubles): string {
  const told = [
    ...(status().state === 'running' ? [] : [status().state]),
    ...(failing === 0 ? [] : [`${failing} addresses fail`]),
    ...(dead === 0 ? [] : [`${dead} notices given up`]),
  ];
  return told.length === 0 ? 'ready' : told.join(', ');
}

function anchoringText(agencies: ReadonlyMap<string, AnchoringStatus>): string {
  const told = [...agencies].flatMap(([agency, { state, faults }]) => [
    ...(state === 'running' ? [] : [`${agency} ${state}`]),
    ...faults.map((fault) => `${fault.code}: ${fault.agency} at ${fault.size}`),
  ]);
  return told.length === 0 ? 'ready' : [...new Set(told)].join(', ');
}

function missingText(counts: readonly MissingCount[]): string {
  if (counts.length === 0) return 'complete';
  return counts.map(({ class: name, reason, count }) => `${count} of class ${name}: ${reason}`).join(', ');
}

function ingestState(ingest: GatewayParts['ingest'], { isBehind }: { readonly isBehind: boolean }): string {
  const status = ingest.status();
  const { state } = status;
  if (state === 'waiting' && status.for === 'history') return 'ERR_BLOCKS_PRUNED';
  if (state !== 'running') return state;
  return isBehind ? 'behind' : 'ready';
}

async function inTime<T>(question: () => Promise<T>): Promise<{ readonly value: T } | { readonly code: string }> {
  const done = new AbortController();
  const late = pause(patience, { code: 'ERR_TOO_LATE' }, { signal: done.signal }).catch(() => ({
    code: 'ERR_TOO_LATE',
  }));
  try {
    return await Promise.race([question().then((value) => ({ value })), late]);
  } catch (error) {
    return { code: requestErrorOf(error).code };
  } finally {
    done.abort();
  }
}
