import type { AuditedBlock } from './audit.ts';
import { signedPart, writeEvidence, type Evidence } from './evidence.ts';
import type { RegistryLog } from './registryLog.ts';
import type { TakenEvent } from './taken.ts';

/** An event with its place in a block and in the log. */
type Fact = Pick<TakenEvent, 'stream' | 'version' | 'transaction'> & { readonly block: number; readonly index: number };

/** Evidence cannot be given yet, or not at all; `code` says which. */
class NoEvidence extends Error {
  readonly code: 'ERR_NO_SUCH_EVENT' | 'ERR_NOT_ANCHORED';

  constructor(code: NoEvidence['code'], reason: string) {
    super(`${code}: ${reason}`);
    this.name = 'NoEvidence';
    this.code = code;
  }
}

const keySetting = new Set(['AgencyAdmitted', 'LogKeyRotated']);

/** Gathers, while a ledger is audited, what shows the history of one stream to somebody else. */
export class EvidenceCollector {
  readonly #stream: string;
  readonly #facts: Fact[] = [];
  /** Agency → the event that states its log key. */
  readonly #keys = new Map<string, Fact>();
  readonly #definitions: Pick<Fact, 'block' | 'transaction'>[] = [];
  readonly #configurations: number[] = [];
  readonly #blocks = new Map<number, string>();

  constructor(stream: string) {
    this.#stream = stream;
  }

  take(bytes: Uint8Array, { number, events, firstLeaf, configures, defining }: AuditedBlock): void {
    const facts = events.map((event, offset) => ({ ...event, block: number, index: firstLeaf + offset }));
    const own = facts.filter(({ stream }) => stream === this.#stream).map(placeOf);
    const keys = facts.filter(({ stream, type }) => stream.startsWith('agency-') && keySetting.has(type));
    this.#facts.push(...own);
    for (const fact of keys) this.#keys.set(fact.stream.slice('agency-'.length), placeOf(fact));
    this.#definitions.push(...defining.map((transaction) => ({ block: number, transaction })));
    if (configures) this.#configurations.push(number);
    if (configures || defining.length > 0 || own.length > 0 || keys.length > 0)
      this.#blocks.set(number, signedPart(bytes));
  }

  /** The evidence under the newest checkpoint that so many agencies cosigned. */
  write(log: RegistryLog, agencies: number): string {
    const checkpoint = coveringCheckpoint(log, { stream: this.#stream, facts: this.#facts, agencies });
    const keys = checkpoint.agencies.flatMap((agency) => this.#keys.get(agency) ?? []);
    const facts = distinct([...this.#facts, ...keys]);
    const transactions = distinctPlaces([...this.#definitions, ...facts]);
    const numbers = new Set([...this.#configurations, ...transactions.map(({ block }) => block)]);
    const evidence: Evidence = {
      stream: this.#stream,
      blocks: [...numbers].sort((a, b) => a - b).map((number) => this.#blocks.get(number) ?? ''),
      transactions,
      leaves: facts.map(({ stream, version, index }) => ({
        ...{ stream, version, index },
        path: log.inclusion(index, checkpoint.size).map((hash) => Buffer.from(hash).toString('base64')),
      })),
      checkpoint: checkpoint.note,
    };
    return writeEvidence(evidence);
  }
}

type Wanted = {
  readonly stream: string;
  readonly facts: readonly Pick<Fact, 'version' | 'index'>[];
  readonly agencies: number;
};

/** The newest checkpoint that enough agencies cosigned. Throws NoEvidence when these facts do not stand in it. */
export function coveringCheckpoint(log: RegistryLog, { stream, facts, agencies }: Wanted) {
  const last = facts.at(-1);
  if (last === undefined) throw new NoEvidence('ERR_NO_SUCH_EVENT', `the ledger holds no such event of ${stream}`);
  const checkpoint = log.findCheckpoint(agencies);
  if (checkpoint !== undefined && checkpoint.size > last.index) return checkpoint;
  const far = checkpoint === undefined ? 'nothing' : `the first ${checkpoint.size} of ${log.size} events`;
  throw new NoEvidence(
    'ERR_NOT_ANCHORED',
    `${agencies} agencies have cosigned ${far} so far, and event ${last.version} of ${stream} is number ${last.index}`,
  );
}

function placeOf({ stream, version, transaction, block, index }: Fact): Fact {
  return { stream, version, transaction, block, index };
}

function distinct(facts: readonly Fact[]): readonly Fact[] {
  return [...new Map(facts.map((fact) => [fact.index, fact])).values()].sort((a, b) => a.index - b.index);
}

function distinctPlaces(places: readonly Pick<Fact, 'block' | 'transaction'>[]): Evidence['transactions'] {
  const found = new Map(
    places.map(({ block, transaction }) => [`${block}:${transaction}`, { block, transaction }] as const),
  );
  return [...found.values()].sort((a, b) => a.block - b.block || a.transaction - b.transaction);
}
