import { commandHash, recentCommands } from '#domain/commandHash.ts';
import { nounOf, type Command, type LedgerEvent } from '#domain/envelope.ts';
import { deciderOf } from '#domain/registry.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { StreamHead } from '#ledger/ledger.ts';

/** The head that the contract would have written behind this event. */
export function nextHead(head: StreamHead, event: LedgerEvent, command: Command): object {
  const { version, at, stream } = event;
  const { recent } = head as StreamHead & { readonly recent: readonly object[] }; // the contract hands out all of it
  const done = { id: command.id, hash: commandHash(command), versions: [version] };
  return {
    ...head,
    ...{ version, at, hash: sha256(canonicalJson(event)) },
    state: deciderOf(nounOf(stream)).evolve(head.state, event),
    recent: [...recent, done].slice(-recentCommands),
  };
}
