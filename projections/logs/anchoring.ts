import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AnchorTree, LogName } from '#domain/anchor/commands.ts';
import { cosign } from '#ledger/log/cosignature.ts';
import { parseCheckpoint } from '#ledger/log/checkpoint.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { keptAccessLog, takeInAccesses } from './accessTree.ts';
import { type AnchorFault, findAnchorFault } from './anchorCheck.ts';
import { type Anchor, findAnchorsAfter, findLogKeys, findNewestAnchors } from '../models/anchors.ts';
import { type AnchorPace, dueAnchor } from './dueAnchor.ts';
import type { NodeLog } from './nodeLog.ts';
import type { Database } from '../postgres/database.ts';
import { findLogEnd, type LogEnd } from '../models/registryLog.ts';
import { keptRegistryLog, type KeptLog, textAt } from './signedCheckpoint.ts';

/**
 * How the anchoring of an agency's logs is. `waiting`: for ledger or database. `unknown-key`: the ledger names no such log key
 * of this agency. `contradicted`: its own tree is no longer the one that it has anchored, so it anchors nothing more.
 */
export type AnchoringStatus = {
  readonly state: 'running' | 'waiting' | 'unknown-key' | 'contradicted';
  /** What other agencies have stated and this node's tree denies, the newest last. */
  readonly faults: readonly AnchorFault[];
};

/** The anchoring of one agency's logs, which goes on until it is stopped. */
export type Anchoring = { readonly status: () => AnchoringStatus; readonly stop: () => Promise<void> };

/** What anchoring takes: whose logs, where they lie, and how often. */
export type AnchoringParts = {
  readonly database: Database;
  /** The agency's own way to the ledger. */
  readonly ledger: Pick<Ledger, 'submit'>;
  readonly log: NodeLog;
  readonly pace: Omit<AnchorPace, 'patience'>;
  /** Whether the access records in this database are those of the agency. */
  readonly withAccesses: boolean;
  /** Told of every fault, once, and of every other change of state. */
  readonly onStatus?: (status: AnchoringStatus, cause?: unknown) => void;
};

const interval = 500; // ms between two looks for a new block
const idle = 5; // seconds after which it looks closer although there is none
const patienceStep = 3; // seconds that each next agency waits longer before it goes first
const mostFaults = 8;

/** Anchors an agency's logs for as long as it is not stopped, and checks what the other agencies anchor. */
export function startAnchoring(parts: AnchoringParts): Anchoring {
  const stopping = new AbortController();
  const work = new AnchoringWork(parts);
  const run = async () => {
    while (!stopping.signal.aborted) {
      await work.turn();
      await pause(interval, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    status: () => work.status,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** A tree of this many leaves, stated at a time (seconds). */
type Said = { readonly size: number; readonly time: number };

class AnchoringWork {
  readonly #parts: AnchoringParts;
  readonly #begun = seconds();
  /** What was stated, and perhaps not read back yet. */
  readonly #said = new Map<LogName, Said>();
  #checked: number | undefined;
  #confirmed = 0;
  #seen = { block: -1, time: 0 };
  #status: AnchoringStatus = { state: 'running', faults: [] };

  constructor(parts: AnchoringParts) {
    this.#parts = parts;
  }

  get status(): AnchoringStatus {
    return this.#status;
  }

  /** One look at the tables, and at most one anchor of each log. Ends well whatever happens. */
  async turn(): Promise<void> {
    try {
      const end = await findLogEnd(this.#parts.database);
      if (end === undefined || (end.block === this.#seen.block && seconds() < this.#seen.time + idle)) return;
      this.#tell({ state: await this.#look(end) });
      this.#seen = { block: end.block, time: seconds() };
    } catch (cause) {
      this.#tell({ state: 'waiting' }, cause); // a ledger or a database that is away: the next turn comes soon
    }
  }

  async #look(end: LogEnd): Promise<AnchoringStatus['state']> {
    const { database, log } = this.#parts;
    const newest = await findNewestAnchors(database, 'registry');
    await this.#check(newest, end);
    const own = newest.find(({ agency }) => agency === log.agency);
    if (own !== undefined && (await this.#isContradicted(own, end))) return 'contradicted';
    const keys = await findLogKeys(database);
    const rank = keys.findIndex(({ agency, key }) => agency === log.agency && key === log.key.publicKey);
    if (rank < 0) return 'unknown-key';
    await this.#anchorRegistry(own, end, rank * patienceStep);
    if (this.#parts.withAccesses) await this.#anchorAccesses();
    return 'running';
  }

  async #anchorRegistry(anchored: Anchor | undefined, end: LogEnd, patience: number): Promise<void> {
    const { database, pace } = this.#parts;
    const own = this.#lastOf('registry', anchored);
    const situation = {
      own,
      confirmed: this.#confirmed,
      end: end.size,
      hasNews: await hasNews(database, own.size),
      now: seconds(),
    };
    const size = dueAnchor(situation, { ...pace, patience });
    if (size !== undefined) await this.#submit(keptRegistryLog, size);
  }

  async #anchorAccesses(): Promise<void> {
    const { database, log, pace } = this.#parts;
    await takeInAccesses(database);
    const newest = await findNewestAnchors(database, 'access');
    const own = this.#lastOf(
      'access',
      newest.find(({ agency }) => agency === log.agency),
    );
    const size = await keptAccessLog.size(database);
    if (size > own.size && seconds() >= own.time + pace.every) await this.#submit(keptAccessLog, size);
  }

  #lastOf(log: LogName, anchored: Anchor | undefined): Said {
    const said = this.#said.get(log) ?? { size: 0, time: this.#begun - this.#parts.pace.every };
    return anchored === undefined || anchored.size < said.size
      ? said
      : { size: anchored.size, time: Math.max(anchored.cosignature.time, anchored.size === said.size ? said.time : 0) };
  }

  async #isContradicted(own: Anchor, { size }: LogEnd): Promise<boolean> {
    const fault = await findAnchorFault(this.#parts, own, size);
    return fault?.code === 'ERR_ROOT_DISAGREES' || fault?.code === 'ERR_SIZE_UNREACHED';
  }

  /** Checks what others have anchored since the last turn; at first the newest of each and what came after one's own. */
  async #check(newest: readonly Anchor[], { size }: LogEnd): Promise<void> {
    const { database, log } = this.#parts;
    const ownBlock = newest.find(({ agency }) => agency === log.agency)?.block ?? -1;
    const since = await findAnchorsAfter(database, 'registry', this.#checked ?? ownBlock);
    const all = this.#checked === undefined ? [...newest, ...since] : since;
    for (const anchor of all.filter(({ agency }) => agency !== log.agency)) {
      const fault = await findAnchorFault(this.#parts, anchor, size);
      if (fault !== undefined) this.#report(fault);
      else this.#confirmed = Math.max(this.#confirmed, anchor.size);
    }
    this.#checked = Math.max(this.#checked ?? -1, ...all.map(({ block }) => block));
  }

  async #submit(kept: KeptLog, size: number): Promise<void> {
    const { ledger, log } = this.#parts;
    const text = await textAt(this.#parts, kept, size);
    const time = seconds();
    const { signature } = cosign(text, log.key, time);
    const data: AnchorTree['data'] = {
      log: kept.name,
      size,
      root: Buffer.from(parseCheckpoint(text).root).toString('base64url'),
      cosignature: { time, signature: Buffer.from(signature).toString('base64url') },
    };
    const stream = `anchor-${log.agency}`;
    const outcome = await ledger.submit({ command: { id: randomUUID(), stream, type: 'AnchorTree', data, seen: 0 } });
    if ('refused' in outcome) throw Object.assign(new Error('an anchor was refused'), { code: outcome.refused });
    this.#said.set(kept.name, { size, time });
  }

  #report(fault: AnchorFault): void {
    const known = ({ agency, size, code }: AnchorFault) => `${agency} ${size} ${code}`;
    if (this.#status.faults.some((each) => known(each) === known(fault))) return;
    this.#status = { ...this.#status, faults: [...this.#status.faults, fault].slice(-mostFaults) };
    this.#parts.onStatus?.(this.#status);
  }

  #tell({ state }: Pick<AnchoringStatus, 'state'>, cause?: unknown): void {
    const changed = state !== this.#status.state;
    this.#status = { ...this.#status, state };
    if (changed) this.#parts.onStatus?.(this.#status, cause);
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Whether facts other than anchors have come since the log had this many leaves. */
async function hasNews({ kysely }: Database, size: number): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from store.events
      where block > coalesce((select block from model.log_blocks where size <= ${size} order by size desc limit 1), -1)
        and stream not like 'anchor-%') as found`.execute(kysely);
  return rows[0]?.found ?? false;
}
