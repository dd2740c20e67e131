import type { Command, Fact, LedgerEvent } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { eventKey, headKey } from './keys.ts';
import type { Overlay } from './worldState.ts';

/** How many commands a stream remembers, so that a repeated one gets its first outcome. */
export const recentCommands = 16;

/** What the ledger keeps of a stream beside its events. */
export type Head = {
  readonly version: number;
  /** Digest of the newest event's bytes. */
  readonly hash: string;
  /** Which fold made `state`; an upgrade ships the old and the new one. */
  readonly fold: 1;
  readonly state: unknown;
  /** Time of the newest event. */
  readonly at: string;
  readonly recent: readonly RecentCommand[];
};

type RecentCommand = { readonly id: string; readonly hash: string; readonly versions: readonly number[] };

/** The head of a stream; undefined before its first event. */
export async function findHead(state: Pick<Overlay, 'get'>, stream: string): Promise<Head | undefined> {
  const bytes = await state.get(headKey(stream));
  return bytes === undefined ? undefined : parseHead(bytes);
}

// Every command of a batch reads the heads of the schema and of the agencies; the overlay hands out the same bytes each time.
const parsedHeads = new WeakMap<Uint8Array, Head>();

function parseHead(bytes: Uint8Array): Head {
  const head = parsedHeads.get(bytes) ?? (JSON.parse(Buffer.from(bytes).toString()) as Head); // only append writes this key
  parsedHeads.set(bytes, head);
  return head;
}

/** An event that the stream's head says is there. */
export async function getEvent(state: Pick<Overlay, 'get'>, stream: string, version: number): Promise<LedgerEvent> {
  const bytes = await state.get(eventKey(stream, version));
  if (bytes === undefined) throw new Error(`event ${version} of ${stream} is missing`);
  return JSON.parse(Buffer.from(bytes).toString()) as LedgerEvent; // only append writes this key
}

/** Digest of a command without its authority: a retry may be signed anew, but must order the same. */
export function commandHash(command: Command): string {
  return sha256(canonicalJson({ ...command, authority: undefined }));
}

/** The facts of one command, ready to become events. */
export type Appendix = {
  readonly command: Command;
  readonly facts: readonly (Fact & Pick<LedgerEvent, 'sealed'>)[];
  readonly by: LedgerEvent['by'];
  readonly at: string;
  readonly evolve: (state: unknown, event: Fact & Pick<LedgerEvent, 'version' | 'by'>) => unknown;
  readonly initial: unknown;
};

/** Writes the facts and the new head of their stream into the overlay, and answers the events. */
export function append(overlay: Overlay, head: Head | undefined, appendix: Appendix): readonly LedgerEvent[] {
  const { command, facts, by, at } = appendix;
  const events: LedgerEvent[] = [];
  let { version, hash, state } = head ?? { version: 0, hash: undefined, state: appendix.initial };
  for (const fact of facts) {
    version += 1;
    const event = {
      ...fact,
      stream: command.stream,
      version,
      at,
      by,
      command: command.id,
      ...(command.proposal !== undefined && { proposal: command.proposal }),
      ...(hash !== undefined && { prev: hash }),
    };
    const bytes = Buffer.from(canonicalJson(event));
    overlay.put(eventKey(command.stream, version), bytes);
    hash = sha256(bytes);
    state = appendix.evolve(state, event);
    events.push(event);
  }
  const done = { id: command.id, hash: commandHash(command), versions: events.map((event) => event.version) };
  const recent = [...(head?.recent ?? []), done].slice(-recentCommands);
  overlay.put(headKey(command.stream), Buffer.from(canonicalJson({ version, hash, fold: 1, state, at, recent })));
  return events;
}
