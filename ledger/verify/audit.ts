import { originOf } from '../log/origin.ts';
import type { Alarm } from './alarm.ts';
import { Discrepancy } from './discrepancy.ts';
import { RegistryLog } from './registryLog.ts';
import type { Report } from './report.ts';
import { Rules } from './rules.ts';
import type { TakenBlock } from './taken.ts';
import { Verification } from './verification.ts';

/** What is trusted beforehand, and what to look for. */
export type Trust = {
  /** Hash of block 0 in hexadecimal. Without it block 0 is taken at its word. */
  readonly pinnedConfig?: string | undefined;
  /** Fabric's id of a chaincode package, to learn which agencies run it. */
  readonly packageId?: string | undefined;
  /** How far before the recorded time of its block an event may have been made, in milliseconds. */
  readonly lateAfter?: number | undefined;
};

/** A block that was checked: what it added, the leaf of the registry log that it begins at, and what must be told of it. */
export type AuditedBlock = TakenBlock & { readonly firstLeaf: number; readonly alarms: readonly Alarm[] };

const usualLateness = 10 * 60 * 1000; // peers refuse what is made two minutes away from their own clock

/** An audit of a ledger, block by block: its signatures and rules, and the registry log with what agencies say of it. */
export class Audit {
  readonly #trust: Trust;
  readonly #verification: Verification;
  readonly #alarms: Alarm[] = [];
  #log: RegistryLog | undefined;
  #rules: Rules | undefined;
  #fault: Discrepancy | undefined;

  constructor(trust: Trust = {}) {
    this.#trust = trust;
    this.#verification = new Verification(trust.pinnedConfig);
  }

  /** The registry log of the blocks so far. Throws before block 0. */
  get log(): RegistryLog {
    if (this.#log === undefined) throw new Error('no block was taken yet');
    return this.#log;
  }

  /** Number of good blocks. */
  get height(): number {
    return this.#verification.height;
  }

  /** Checks the next block. Throws a Discrepancy, and must then be given no other. */
  take(bytes: Uint8Array): AuditedBlock {
    const block = this.#check(bytes);
    this.#log ??= new RegistryLog(originOf(this.#verification.channelId, block.hash));
    const firstLeaf = this.#log.size;
    this.#rules ??= new Rules(this.#verification.channelId);
    const alarms = [
      ...falseHeads(block),
      ...this.#rules.take(block),
      ...this.#log.take(block),
      ...this.#lateEvents(block),
    ];
    this.#alarms.push(...alarms);
    return { ...block, firstLeaf, alarms };
  }

  report(): Report {
    const checked = this.#verification.report({ packageId: this.#trust.packageId, fault: this.#fault });
    return { ...checked, alarms: this.#alarms, ...(this.#log !== undefined && { log: logReport(this.#log) }) };
  }

  #check(bytes: Uint8Array): TakenBlock {
    try {
      return this.#verification.take(bytes);
    } catch (error) {
      if (error instanceof Discrepancy) this.#fault = error;
      throw error;
    }
  }

  /** A transaction that was held back shows so: its events are older than the ledger already was. */
  #lateEvents({ number, time, events }: TakenBlock): readonly Alarm[] {
    const limit = this.#trust.lateAfter ?? usualLateness;
    return events
      .filter(({ at }) => time - at > limit)
      .map(({ stream, version, at }) => ({
        code: 'ERR_EVENT_LATE',
        block: number,
        what: `event ${version} of ${stream} was made ${minutes(time - at)} minutes before the time of its block`,
      }));
  }
}

/** The state of a stream stands in its head, and every later decision about the stream rests on it. */
function falseHeads({ number, falsehoods, endorsersOf }: TakenBlock): readonly Alarm[] {
  return falsehoods.map(({ transaction, what }) => ({
    code: 'ERR_HEAD_FALSE',
    block: number,
    what: `transaction ${transaction}: ${what}; endorsed by ${endorsersOf(transaction).join(', ')}`,
  }));
}

function minutes(milliseconds: number): number {
  return Math.round(milliseconds / 60_000);
}

function logReport(log: RegistryLog): NonNullable<Report['log']> {
  const cosigned = log.findCheckpoint(2);
  return {
    origin: log.origin,
    size: log.size,
    root: Buffer.from(log.root()).toString('base64'),
    keys: log.cosigners.inForce,
    ...(cosigned !== undefined && { cosigned: { size: cosigned.size, agencies: cosigned.agencies } }),
  };
}
