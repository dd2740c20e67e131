import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Write } from '../blocks/readWriteSet.ts';
import { demand } from './discrepancy.ts';
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
type Tip = { readonly version: number; readonly hash: string };
type Json = Readonly<Record<string, unknown>>;
/** By stream and id. */
type Commands = ReadonlyMap<string, readonly Given[]>;

/** Every stream's chain of events, followed from its beginning. */
export class Streams {
  readonly #isFollowed: (stream: string) => boolean;
  readonly #tips = new Map<string, Tip>();
  #events = 0;

  /** `isFollowed`: which streams, where not all are there from their beginning. */
  constructor(isFollowed: (stream: string) => boolean = () => true) {
    this.#isFollowed = isFollowed;
  }

  get counts(): { readonly streams: number; readonly events: number } {
    return { streams: this.#tips.size, events: this.#events };
  }

  /** Follows the events and heads that a valid transaction wrote. Answers the events, in the order of their keys' bytes. */
  take(decision: Decision, origin: Origin): readonly TakenEvent[] {
    const events = eventsIn(decision, origin, this.#isFollowed);
    for (const { event, prev } of events) this.#follow(event, prev);
    const touched = new Set(events.map(({ event }) => event.stream));
    for (const write of writesOf(decision, 'head', this.#isFollowed)) touched.delete(this.#compareHead(write));
    demand(touched.size === 0, `${[...touched].join(', ')} got an event, and its head was not moved`);
    return events.map(({ event }) => event);
  }

  #follow({ stream, version, bytes }: TakenEvent, prev: unknown): void {
    const tip = this.#tips.get(stream);
    const place = `event ${version} of ${stream}`;
    rewritten(version === (tip?.version ?? 0) + 1, `${place} follows version ${tip?.version ?? 0}`);
    rewritten(prev === tip?.hash, `${place} does not follow the event before it (prev)`);
    this.#tips.set(stream, { version, hash: sha256(bytes) });
    this.#events += 1;
  }

  #compareHead({ key, value, isDelete }: Write): string {
    const stream = key.slice(key.indexOf(separator) + 1);
    const place = `the head of ${stream}`;
    rewritten(!isDelete, `${place} was deleted`);
    const head = parse(value, place);
    const tip = this.#tips.get(stream);
    const fits = head.version === (tip?.version ?? 0) && head.hash === tip?.hash;
    rewritten(fits, `${place} is not that of its events`);
    return stream;
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

function rewritten(holds: boolean, what: string): void {
  demand(holds, what, 'ERR_STREAM_REWRITTEN');
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
