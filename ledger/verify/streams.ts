import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Write } from '../blocks/readWriteSet.ts';
import { demand } from './discrepancy.ts';
import type { Decision } from './transaction.ts';

const namespace = 'registry';
const separator = '\u0000';

/** Who made a valid transaction, and when: what its events must say of themselves. */
type Origin = { readonly agency: string; readonly at: string };
type Tip = { readonly version: number; readonly hash: string };
type Json = Readonly<Record<string, unknown>>;

/** Every stream's chain of events, followed from its beginning. */
export class Streams {
  readonly #tips = new Map<string, Tip>();
  #events = 0;

  get counts(): { readonly streams: number; readonly events: number } {
    return { streams: this.#tips.size, events: this.#events };
  }

  /** Follows the events and heads that a valid transaction wrote. */
  take(decision: Decision, origin: Origin): void {
    const writes = decision.effects.filter((each) => each.namespace === namespace).flatMap((each) => each.writes);
    if (writes.length === 0) return;
    const commands = commandsOf(decision);
    const touched = new Set<string>();
    for (const write of inOrder(writes.filter(({ key }) => key.startsWith(`event${separator}`))))
      touched.add(this.#follow(write, origin, commands));
    for (const write of writes.filter(({ key }) => key.startsWith(`head${separator}`)))
      touched.delete(this.#compareHead(write));
    demand(touched.size === 0, `${[...touched].join(', ')} got an event, and its head was not moved`);
  }

  #follow({ key, value, isDelete }: Write, { agency, at }: Origin, commands: ReadonlySet<string>): string {
    const [, stream = '', version = ''] = key.split(separator);
    const place = `event ${Number(version)} of ${stream}`;
    demand(!isDelete, `${place} was deleted`);
    const tip = this.#tips.get(stream);
    const event = parse(value, place);
    const by = event.by as Json | undefined; // any JSON: what is not as it must be fails the comparison
    demand(event.stream === stream && event.version === Number(version), `${place} says that it is another`);
    demand(event.version === (tip?.version ?? 0) + 1, `${place} follows version ${tip?.version ?? 0}`);
    demand(event.prev === tip?.hash, `${place} does not follow the event before it (prev)`);
    demand(by?.agency === agency, `${place} speaks for another agency than ${agency}, whose node made it`);
    demand(event.at === at, `${place} has another time than its transaction`);
    demand(commands.has(`${stream} ${String(event.command)}`), `${place} names a command that was not given`);
    this.#tips.set(stream, { version: event.version, hash: sha256(value) });
    this.#events += 1;
    return stream;
  }

  #compareHead({ key, value, isDelete }: Write): string {
    const stream = key.slice(key.indexOf(separator) + 1);
    const place = `the head of ${stream}`;
    demand(!isDelete, `${place} was deleted`);
    const head = parse(value, place);
    const tip = this.#tips.get(stream);
    const fits = head.version === (tip?.version ?? 0) && head.hash === tip?.hash;
    demand(fits, `${place} is not that of its events`);
    return stream;
  }
}

function inOrder(writes: readonly Write[]): readonly Write[] {
  return [...writes].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

function parse(bytes: Uint8Array, place: string): Json {
  const text = Buffer.from(bytes).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && canonicalJson(value) === text) return value as Json; // an object, by the line's own test
  } catch {
    // Not JSON at all: refused below with what is not canonical.
  }
  demand(false, `${place} is not canonical JSON`);
}

/** Stream and id of every command in the batch that the creator signed. */
function commandsOf({ arguments: [, batch] }: Decision): ReadonlySet<string> {
  const given = parseJson(Buffer.from(batch ?? new Uint8Array()).toString());
  const commands = (given as { readonly commands?: unknown } | undefined)?.commands; // any JSON: a stranger finds nothing
  if (!Array.isArray(commands)) return new Set();
  return new Set(
    commands.map((each: { readonly stream?: unknown; readonly id?: unknown } | null) =>
      [each?.stream, each?.id].map(String).join(' '),
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no batch, so no event may name a command of it
  }
}
