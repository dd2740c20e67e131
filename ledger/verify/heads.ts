import { commandHash, recentCommands } from '#domain/commandHash.ts';
import type { Decider } from '#domain/decider.ts';
import type { Command, Fact, LedgerEvent } from '#domain/envelope.ts';
import { nouns } from '#domain/envelope.ts';
import { deciderOf } from '#domain/registry.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { isOrdered } from './orderedFact.ts';
import type { TakenEvent } from './taken.ts';

/** What the chaincode has to keep of a stream beside its events, made of them once more. */
export type Head = {
  readonly version: number;
  /** Of the newest event's bytes. */
  readonly hash: string;
  /** Its time; these three are whatever was written where that was false. */
  readonly at: unknown;
  readonly state: unknown;
  readonly recent: unknown;
};

type Json = Readonly<Record<string, unknown>>;
type Done = { readonly id: string; readonly hash: string; readonly versions: readonly number[] };
type Rules = Decider<unknown, Fact, Fact>;

const members = new Set(['version', 'hash', 'fold', 'state', 'refolding', 'at', 'recent']);

/** The head of a stream after one event more. */
export function headAfter(before: Head | undefined, event: TakenEvent, hash: string): Head {
  const { version, said } = event;
  return {
    version,
    hash,
    at: said['at'],
    state: stateAfter(before, event),
    recent: recentAfter(before?.recent, event),
  };
}

function stateAfter(before: Head | undefined, { stream, said }: TakenEvent): unknown {
  const rules = rulesOf(stream);
  if (rules === undefined) return undefined;
  try {
    // What two agencies write down together may be anything; what the rules cannot fold is no state of theirs.
    return rules.evolve(before === undefined ? rules.initial : before.state, said as LedgerEvent);
  } catch {
    return undefined;
  }
}

function rulesOf(stream: string): Rules | undefined {
  const noun = nouns.find((each) => stream.startsWith(`${each}-`));
  return noun === undefined ? undefined : deciderOf(noun);
}

function recentAfter(before: unknown, { version, said, given }: TakenEvent): readonly unknown[] {
  const recent: readonly unknown[] = Array.isArray(before) ? before : [];
  const id = String(said['command']);
  const last = recent.at(-1) as Done | undefined; // made here, or compared with what was made here
  if (last?.id === id && last.versions.at(-1) === version - 1)
    return [...recent.slice(0, -1), { ...last, versions: [...last.versions, version] }];
  return [...recent, { id, hash: hashOf(said, given), versions: [version] }].slice(-recentCommands);
}

/** One batch may name an id twice: the event is of the command that orders it. Empty for what is no command. */
function hashOf(said: TakenEvent['said'], given: TakenEvent['given']): string {
  try {
    const commands = given.map(({ command }) => command as Command); // as it came; what it lacks throws
    const done = commands.length === 1 ? commands[0] : commands.find((each) => isOrdered(said, each));
    return done === undefined ? '' : commandHash(done);
  } catch {
    return '';
  }
}

/** The head as the chaincode of this fold writes it. */
export function headText(stream: string, head: Head): string {
  return canonicalJson({ ...head, fold: rulesOf(stream)?.fold ?? 1 });
}

/** What is false in a head that was written otherwise, but for its version and hash; of a state by another fold it says nothing. */
export function findFalsehood(stream: string, head: Head, written: Json): string | undefined {
  const strange = Object.keys(written).find((name) => !members.has(name));
  if (strange !== undefined) return `holds something that is of no head (${JSON.stringify(strange.slice(0, 40))})`;
  if (written['at'] !== head.at) return 'has another time than its newest event';
  if (!isSame(written['recent'], head.recent)) return 'remembers other commands than were carried out';
  if (isOfOtherFold(stream, written)) return undefined;
  return isSame(written['state'], head.state) ? undefined : 'has a state that its events do not make';
}

/** Whether another chaincode has made its state, or is at it: the rules at hand cannot say whether that is right. */
export function isOfOtherFold(stream: string, { fold, refolding }: Json): boolean {
  return refolding !== undefined || fold !== (rulesOf(stream)?.fold ?? 1);
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson({ value: one }) === canonicalJson({ value: other });
}
