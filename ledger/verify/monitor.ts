import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { blockHash, dataHash } from '../blocks/blockHash.ts';
import type { Alarm } from './alarm.ts';
import { Audit, type AuditedBlock, type Trust } from './audit.ts';
import { Discrepancy, demand } from './discrepancy.ts';
import type { Memory } from './memory.ts';
import { readBlock } from './readBlock.ts';

const { COMMIT_HASH, TRANSACTIONS_FILTER } = common.BlockMetadataIndex;

/** When an agency that does not anchor what is new has been silent for too long. */
type Patience = { readonly blocks: number; readonly milliseconds: number };

type Options = {
  readonly trust: Trust;
  readonly patience: Patience;
  /** What was seen in an earlier run. */
  readonly memory?: Memory | undefined;
};

/** What is kept of a block to compare another source's with it. */
type Seen = { readonly hash: string; readonly state: string };

/** An alarm, as far as it is not about a block already seen in an earlier run. */
type Told = readonly Alarm[];

/**
 * Watches a ledger through several sources, each of which gives its blocks from block 0 on, in order. Whoever has the next block
 * first has it audited; the others' are compared with it.
 */
export class Monitor {
  readonly #audit: Audit;
  readonly #patience: Patience;
  readonly #memory: Memory | undefined;
  readonly #seen: Seen[] = [];
  /** Source → number of its blocks so far. */
  readonly #given = new Map<string, number>();
  readonly #silent = new Set<string>();
  #time = 0;
  #isBad = false;
  readonly #distrusted = new Set<string>();
  #contradictsMemory = false;

  constructor({ trust, patience, memory }: Options) {
    this.#audit = new Audit({ ...trust, pinnedConfig: trust.pinnedConfig ?? memory?.first });
    this.#patience = patience;
    this.#memory = memory;
  }

  /** Whether a block was taken that cannot be honest: what comes behind it can only be judged anew, from another source. */
  get isBad(): boolean {
    return this.#isBad;
  }

  /** Whether a source has shown what cannot be honest. */
  isDistrusted(source: string): boolean {
    return this.#distrusted.has(source);
  }

  get height(): number {
    return this.#audit.height;
  }

  get audit(): Audit {
    return this.#audit;
  }

  /** Takes the next block of a source. Answers what must be told. */
  take(source: string, bytes: Uint8Array): Told {
    try {
      return this.#take(source, bytes);
    } catch (error) {
      if (!(error instanceof Discrepancy)) throw error;
      this.#distrusted.add(source);
      return [{ code: error.code, block: this.height, what: `${source}: ${error.message}` }];
    }
  }

  #take(source: string, bytes: Uint8Array): Told {
    const block = readBlock(bytes);
    const number = block.header.getNumber();
    const due = this.#given.get(source) ?? 0;
    demand(number === due, `it is numbered ${number}, and ${due} is due`);
    this.#given.set(source, due + 1);
    const seen = { hash: blockHash(block.header).toString('hex'), state: stateOf(block.metadata) };
    const known = this.#seen[number];
    if (known !== undefined) {
      const isOfData = dataHash(block.envelopes).equals(block.header.getDataHash_asU8());
      const alarms = compare(known, { ...seen, source, number, isOfData });
      if (alarms.length > 0) this.#distrusted.add(source);
      return alarms;
    }
    if (this.#isBad) return [];
    this.#isBad = true;
    const audited = this.#audit.take(bytes);
    this.#isBad = false;
    this.#seen[number] = seen;
    return this.#tell(audited);
  }

  /** What does not depend on a new block: `now` in milliseconds. */
  look(now: number): Told {
    if (this.height === 0) return [];
    const alarms: Alarm[] = [];
    for (const { agency, behind } of this.#audit.log.anchored) {
      const isSilent =
        behind !== undefined &&
        (this.height - 1 - behind.block >= this.#patience.blocks || now - behind.time >= this.#patience.milliseconds);
      if (isSilent && !this.#silent.has(agency))
        alarms.push({
          code: 'ERR_ANCHOR_SILENT',
          block: behind.block,
          what: `${agency} has anchored nothing since this block, ${this.height - 1 - behind.block} blocks ago`,
        });
      if (isSilent) this.#silent.add(agency);
      else this.#silent.delete(agency);
    }
    return alarms;
  }

  /** What is to be remembered for the next run: never less than before, nor anything that contradicts it. */
  memory(): Memory | undefined {
    const before = this.#memory;
    if (this.height === 0 || this.#contradictsMemory || this.height < (before?.height ?? 0)) return before;
    const { first, last, blocks } = this.#audit.report();
    const { size } = this.#audit.log;
    return { first, last, height: blocks, size, root: rootOf(this.#audit, size), time: this.#time };
  }

  /** What must be told when a source ends before what was seen in an earlier run. */
  end(): Told {
    const seen = this.#memory?.height ?? 0;
    if (this.height >= seen) return [];
    return [
      { code: 'ERR_FORK', block: this.height, what: `the ledger ends here, and ${seen} blocks were seen before` },
    ];
  }

  #tell(block: AuditedBlock): Told {
    this.#time = block.time;
    const before = this.#memory;
    if (before === undefined || block.number >= before.height) return block.alarms;
    if (block.number + 1 < before.height) return [];
    const alarms = contradictions(block, before, this.#audit);
    if (alarms.length > 0) this.#contradictsMemory = true;
    return alarms;
  }
}

/** Compares the last block that an earlier run has seen with the same block now. */
function contradictions({ number, hash }: AuditedBlock, before: Memory, audit: Audit): Told {
  if (hash.toString('hex') !== before.last)
    return [{ code: 'ERR_FORK', block: number, what: 'another block was seen here in an earlier run' }];
  const isSameLog = audit.log.size === before.size && rootOf(audit, before.size) === before.root;
  if (isSameLog) return [];
  return [{ code: 'ERR_STATE_DISPUTED', block: number, what: 'the log up to here was another one in an earlier run' }];
}

function rootOf({ log }: Audit, size: number): string {
  return Buffer.from(log.root(size)).toString('base64');
}

/** What peers add to a block, each for itself: validity flags and commit hash. */
function stateOf(metadata: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of [TRANSACTIONS_FILTER, COMMIT_HASH])
    hash.update(`${metadata[part]?.length ?? 0} `).update(metadata[part] ?? '');
  return hash.digest('base64');
}

type Shown = Seen & { readonly source: string; readonly number: number; readonly isOfData: boolean };

function compare(known: Seen, { hash, state, source, number, isOfData }: Shown): Told {
  if (!isOfData)
    return [{ code: 'ERR_LEDGER_BAD', block: number, what: `${source}: its transactions are not those of its header` }];
  if (hash !== known.hash)
    return [{ code: 'ERR_FORK', block: number, what: `${source} shows another block than was seen here` }];
  if (state !== known.state)
    return [{ code: 'ERR_STATE_DISPUTED', block: number, what: `${source} came to other flags or another state` }];
  return [];
}
