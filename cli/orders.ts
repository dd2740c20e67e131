import type { Command, Fact, RefusedOutcome } from '#domain/envelope.ts';
import { randomId } from '#gateway/randomId.ts';
import type { Committed, Ledger } from '#ledger/ledger.ts';

/** A new command for a stream, unsigned. */
export function commandOf(stream: string, { type, data }: Fact): Command {
  return { id: randomId(), stream, type, data: { ...data }, seen: 0 };
}

/** Has a command done that only has to be done once. `harmless`: refusals that say that somebody was here before. */
export async function order(
  { ledger }: { readonly ledger: Pick<Ledger, 'submit'> },
  command: Command,
  harmless: readonly string[] = ['ERR_ALREADY_EXISTS'],
): Promise<void> {
  const outcome = await ledger.submit({ command });
  if ('refused' in outcome && !harmless.includes(outcome.refused)) {
    throw new Error(`${outcome.refused}: ${command.type} of ${command.stream}: ${outcome.reason}`);
  }
}

/** What a command came to. Throws when the rules refused it; the message names no stream, which can be about somebody erased. */
export function getCommitted(outcome: Committed | RefusedOutcome): Committed {
  if ('refused' in outcome) throw new Error(`${outcome.refused}: ${outcome.reason}`);
  return outcome;
}
