import { nounOf, type Outcome } from '#domain/envelope.ts';
import { Refusal } from '#domain/refusal.ts';
import { deciderOf } from '#domain/registry.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { headKey } from './keys.ts';
import { findStoredHead, getEvents, type Folded, type Head, type View } from './stored.ts';
import type { Overlay } from './worldState.ts';

/** Type of the command that brings a long stream to the fold in force. It states no fact, so every agency's node may give it. */
export const refoldType = 'RefoldStream';
/** Most events that are folded anew in passing, when a stream is read; a longer one takes `RefoldStream`. */
export const shortStream = 100;
/** Most events that one `RefoldStream` folds. */
export const refoldStep = 500;

/** The fold of a stream's noun in this chaincode; which chaincode is in force, the agencies' definition says. */
export function foldInForce(stream: string): number {
  return deciderOf(nounOf(stream)).fold ?? 1;
}

/** The head with a state of the fold in force: as it is, or folded anew from its events where another chaincode wrote it. */
export async function inForce(view: View, stream: string, head: Head): Promise<Head> {
  const fold = foldInForce(stream);
  if (head.fold === fold) return head;
  if (head.version > shortStream)
    throw new Refusal('ERR_REFOLD_NEEDED', `the stream is long: give ${refoldType} until its version is reached`);
  const { state } = await foldOn(view, stream, { from: beginning(stream), to: head.version });
  return { ...head, fold, state };
}

/** Folds the next events of a stream whose head another chaincode wrote. Answers the version it has come to. */
export async function refold(overlay: Overlay, stream: string): Promise<Outcome> {
  const head = await findStoredHead(overlay, stream);
  if (head === undefined) throw new Refusal('ERR_NOT_FOUND', 'no such stream');
  const fold = foldInForce(stream);
  if (head.fold === fold) return { version: head.version, events: [] };
  const { refolding, ...rest } = head;
  const from = refolding?.fold === fold ? refolding : beginning(stream);
  const folded = await foldOn(overlay, stream, { from, to: Math.min(head.version, from.version + refoldStep) });
  const next = folded.version < head.version ? { ...rest, refolding: folded } : { ...rest, fold, state: folded.state };
  overlay.put(headKey(stream), Buffer.from(canonicalJson(next)));
  return { version: folded.version, events: [] };
}

function beginning(stream: string): Folded {
  return { fold: foldInForce(stream), version: 0, state: deciderOf(nounOf(stream)).initial };
}

async function foldOn(view: View, stream: string, { from, to }: { from: Folded; to: number }): Promise<Folded> {
  const { evolve } = deciderOf(nounOf(stream));
  const events = await getEvents(view, stream, { first: from.version + 1, last: to });
  return { ...from, version: to, state: events.reduce<unknown>(evolve, from.state) };
}
