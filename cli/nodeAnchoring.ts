import type { Logger } from 'pino';
import { errorCode } from '#domain/errorCode.ts';
import { startAnchoring, type Anchoring, type AnchoringStatus } from '#projections/logs/anchoring.ts';
import { ensureLogOrigin } from '#projections/logs/logOrigin.ts';
import type { NodeLog } from '#projections/logs/nodeLog.ts';
import type { Database } from '#projections/postgres/database.ts';
import type { Registry } from './registry.ts';

/** The logs of a node, with what anchors them for each agency that it speaks for. */
export type AnchoredLog = NodeLog & {
  readonly anchoring: () => ReadonlyMap<string, AnchoringStatus>;
  readonly stop: () => Promise<void>;
};

const pace = { every: 10, heartbeat: 3600 };

/**
 * Anchors for this node's agency; on an embedded ledger for every agency, since all of them are this one node. Their checkpoints
 * then have the form of a real network's, and prove as much as one machine can.
 */
export function anchorLogs(
  { agency, agencies, ledger }: Pick<Registry, 'agency' | 'agencies' | 'ledger'>,
  { database, logger, embedded }: { readonly database: Database; readonly logger: Logger; readonly embedded: boolean },
): AnchoredLog {
  const origin = rememberOnce(() => ensureLogOrigin(database, ledger));
  const anchorings = new Map<string, Anchoring>();
  let own: NodeLog | undefined;
  for (const { name, keys, ledger: way } of agencies.filter((each) => embedded || each.name === agency)) {
    const log = { agency: name, key: keys.logKey, origin };
    if (name === agency) own = log;
    const onStatus = tell(logger, log);
    const parts = { database, ledger: way, log, pace, withAccesses: name === agency, onStatus };
    anchorings.set(name, startAnchoring(parts));
  }
  if (own === undefined) throw new Error(`no keys of ${agency} on this machine`);
  return {
    ...own,
    anchoring: () => new Map([...anchorings].map(([name, { status }]) => [name, status()])),
    stop: async () => {
      await Promise.all([...anchorings.values()].map(({ stop }) => stop()));
    },
  };
}

/** Asks until it is answered once; a rejection is not remembered. */
function rememberOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    const asked = (answer ??= ask());
    asked.catch(() => (answer = undefined));
    return asked;
  };
}

// A root that another agency's tree denies means that one of the two has been rewritten: nobody may overlook it.
function tell(logger: Logger, { agency, key }: NodeLog) {
  let known = 0;
  return (status: AnchoringStatus, cause?: unknown): void => {
    const { state, faults } = status;
    const said = { agency, state, faults, cause: errorCode(cause) };
    if (faults.length > known || state === 'contradicted') logger.error(said, 'log: trees disagree');
    else if (state === 'unknown-key')
      logger.warn({ ...said, logKey: key.publicKey }, 'log: the ledger names another key');
    else logger.info(said, 'log');
    known = faults.length;
  };
}
