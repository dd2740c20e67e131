import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Write } from '../blocks/readWriteSet.ts';
import { demand } from './discrepancy.ts';
import { findFalsehood, headAfter, headText, isOfOtherFold, type Head } from './heads.ts';
import type { Given, TakenEvent } from './taken.ts';
import type { Decision } from './transaction.ts';

const namespace = 'registry';
const separator = '\u0000';

/** Who made a valid transaction, and when: what its events must say of themselves. */
type Origin = {
  readonly agency: string;
  /** In milliseconds. */
  readonly time: number;
  readonly transaction: number;
};
type Json = Readonly<Record<string, unknown>>;
/** By stream and id. */
type Commands = ReadonlyMap<string, readonly Given[]>;

/** What a valid transaction added, and what its heads say that their events do not make. */
type Followed = { readonly events: readonly TakenEvent[]; readonly falsehoods: readonly string[] };

/** Every stream's chain of events, followed from its beginning. */
export class Streams {
  readonly #isFollowed: (stream: string) => boolean;
  readonly #heads = new Map<string, Head>();
  #events = 0;
  #otherFolds = 0;

  /** `isFollowed`: which streams, where not all are there from their beginning. */
  constructor(isFollowed: (stream: string) => boolean = () => true) {
    this.#isFollowed = isFollowed;
  }

  get counts(): { readonly streams: number; readonly events: number } {
    return { streams: this.#heads.size, events: this.#events };
  }

  /** How often a head was written whose state another chaincode made than the one at hand. */
  get otherFolds(): number {
    return this.#otherFolds;
  }

  /** Follows the events and heads that a valid transaction wrote; the events in the order of their keys' bytes. */
  take(decision: Decision, origin: Origin): Followed {
    const events = eventsIn(decision, origin, this.#isFollowed);
    for (const { event, prev } of events) this.#follow(event, prev);
    const touched = new Set(events.map(({ event }) => event.stream));
    const falsehoods: string[] = [];
    for (const { key, value, isDelete } of writesOf(decision, 'head', this.#isFollowed)) {
      const stream = key.slice(key.indexOf(separator) + 1);
      rewritten(!isDelete, `the head of ${stream} was deleted`);
      const falsehood = this.#compareHead(stream, value);
      if (falsehood !== undefined) falsehoods.push(`the head of ${stream} ${falsehood}`);
      touched.delete(stream);
    }
    demand(touched.size === 0, `${[...touched].join(', ')} got an event, and its head was not moved`);
    return { events: events.map(({ event }) => event), falsehoods };
  }

  #follow(event: TakenEvent, prev: unknown): void {
    const { stream, version, bytes } = event;
    const head = this.#heads.get(stream);
    const place = `event ${version} of ${stream}`;
    rewritten(version === (head?.version ?? 0) + 1, `${place} follows version ${head?.version ?? 0}`);
    rewritten(prev === head?.hash, `${place} does not follow the event before it (prev)`);
    this.#heads.set(stream, headAfter(head, event, sha256(bytes)));
    this.#events += 1;
  }

  /** What is followed is what stands: a falsehood is told once, and not again of every head that is built on it. */
  #compareHead(stream: string, bytes: Uint8Array): string | undefined {
    const head = this.#heads.get(stream);
    if (head !== undefined && isText(bytes, headText(stream, head))) return undefined;
    const written = parse(bytes, `the head of ${stream}`);
    const fits = head !== undefined && written['version'] === head.version && written['hash'] === head.hash;
    rewritten(fits, `the head of ${stream} is not that of its events`);
    if (isOfOtherFold(stream, written)) this.#otherFolds += 1;
    const falsehood = findFalsehood(stream, head, written);
    const { at, state, recent } = written;
    if (falsehood !== undefined) this.#heads.set(stream, { ...head, at, state, recent });
    return falsehood;
  }
}

/** An event, and what it says comes before it. */
type ReadEvent = { readonly event: TakenEvent; readonly prev: unknown };

/** The events that a valid transaction wrote, each of them what its transaction says; `prev` is not compared with anything. */
export function eventsIn(
  decision: Decision,
  origin: Origin,
  isFollowed: (stream: string) => boolean,
): readonly ReadEvent[] {
  const writes = writesOf(decision, 'event', isFollowed);
  if (writes.length === 0) return [];
  const commands = commandsOf(decision);
  return inOrder(writes).map((write) => readEvent(write, origin, commands));
}

/** What a decision wrote about these streams: their events, or their heads. */
function writesOf(
  { effects }: Decision,
  kind: 'event' | 'head',
  isFollowed: (stream: string) => boolean,
): readonly Write[] {
  const begin = `${kind}${separator}`;
  return effects
    .filter((each) => each.namespace === namespace)
    .flatMap(({ writes }) => writes)
    .filter(({ key }) => key.startsWith(begin) && isFollowed(key.split(separator)[1] ?? ''));
}

function readEvent({ key, value, isDelete }: Write, origin: Origin, commands: Commands): ReadEvent {
  const [, stream = '', number = '', ...more] = key.split(separator);
  const version = Number(number);
  const place = `event ${version} of ${stream}`;
  demand(
    more.length === 0 && number === String(version).padStart(12, '0'),
    `${place} stands under another key than its own`,
  );
  rewritten(!isDelete, `${place} was deleted`);
  const event = parse(value, place);
  demand(event.stream === stream && event.version === version, `${place} says that it is another`);
  checkOrigin(event, { place, origin });
  const given = commands.get(`${stream} ${String(event.command)}`);
  demand(given !== undefined, `${place} names a command that was not given`);
  const { transaction, time: at } = origin;
  const { type, data, prev } = event;
  const taken = { transaction, stream, version, type: String(type), data: asJson(data), at, bytes: value };
  return { event: { ...taken, said: event, given }, prev };
}

type Context = {
  readonly place: string;
  readonly origin: Origin;
};

/** An event says of itself who made it and when: that must be what its transaction says. */
function checkOrigin(event: Json, { place, origin: { agency, time } }: Context): void {
  demand(asJson(event.by).agency === agency, `${place} speaks for another agency than ${agency}, whose node made it`);
  demand(event.at === new Date(time).toISOString(), `${place} has another time than its transaction`);
}

/** Any JSON as an object: what is none has no members, and so fails every comparison. */
function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}; // an object, by this line's own test
}

function rewritten(holds: boolean, what: string): asserts holds {
  demand(holds, what, 'ERR_STREAM_REWRITTEN');
}

function isText(bytes: Uint8Array, text: string): boolean {
  return Buffer.compare(bytes, Buffer.from(text)) === 0;
}

function inOrder(writes: readonly Write[]): readonly Write[] {
  return [...writes].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

function parse(bytes: Uint8Array, place: string): Json {
  const text = Buffer.from(bytes).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && canonicalJson(value) === text) return asJson(value);
  } catch {
    // Not JSON at all: refused below with what is not canonical.
  }
  demand(false, `${place} is not canonical JSON`);
}

/** Every command in the batch that the creator signed. */
function commandsOf({ arguments: [, batch] }: Decision): Commands {
  const parsed = parseJson(Buffer.from(batch ?? new Uint8Array()).toString());
  const commands = (parsed as { readonly commands?: unknown } | undefined)?.commands; // any JSON: a stranger finds nothing
  const given = new Map<string, Given[]>();
  if (!Array.isArray(commands)) return given;
  commands.forEach((command: unknown, place) => {
    const { stream, id } = asJson(command);
    const name = `${String(stream)} ${String(id)}`;
    const same = given.get(name);
    if (same === undefined) given.set(name, [{ place, command }]);
    else same.push({ place, command });
  });
  return given;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no batch, so no event may name a command of it
  }
}
