import { commandHash, recentCommands } from '#domain/commandHash.ts';
import type { Command, Fact, LedgerEvent } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { eventKey, headKey } from './keys.ts';
import { foldInForce, inForce } from './refold.ts';
import { findStoredHead, type Head, type View } from './stored.ts';
import type { Overlay } from './worldState.ts';

/** The head of a stream, its state folded as this chaincode does; undefined before its first event. */
export async function findHead(view: View, stream: string): Promise<Head | undefined> {
  const head = await findStoredHead(view, stream);
  return head === undefined ? undefined : inForce(view, stream, head);
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
  const next = { version, hash, fold: foldInForce(command.stream), state, at, recent };
  overlay.put(headKey(command.stream), Buffer.from(canonicalJson(next)));
  return events;
}
