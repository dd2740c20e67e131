import type { Approval } from '#domain/approval.ts';
import { commandHash, recentCommands } from '#domain/commandHash.ts';
import type { Circumstances, OpenedValue, UniqueValue } from '#domain/decider.ts';
import { Command, idOf, nounOf, nouns, type Fact, type LedgerEvent, type Outcome } from '#domain/envelope.ts';
import { schemaStream, type IdentitySchema } from '#domain/identitySchema/events.ts';
import { fieldsOf } from '#domain/parseCommand.ts';
import { Refusal } from '#domain/refusal.ts';
import { deciderOf } from '#domain/registry.ts';
import { disclosureDigest, openDisclosure } from '#domain/seal/disclosure.ts';
import type { Sealer } from '#domain/seal/sealing.ts';
import { uniqueHash } from '#domain/seal/unique.ts';
import { illFormed, isWellFormed } from '#domain/wellFormed.ts';
import { findApproval } from './approvals.ts';
import { authorOf, type Author } from './author.ts';
import { placesToPurge } from './erasure.ts';
import { headKey, sealedKey, spentKey, uniqueKey } from './keys.ts';
import { getSchemas, recipientsOf, type Schemas } from './schemas.ts';
import { refold, refoldType } from './refold.ts';
import { getEvent, type Head } from './stored.ts';
import { append, findHead } from './streams.ts';
import type { Overlay } from './worldState.ts';

/** What stands fixed for all commands of one transaction. */
export type Transaction = {
  readonly channel: string;
  /** MSP of the transaction's creator. */
  readonly agency: string;
  readonly at: string;
  readonly overlay: Overlay;
  /** The key under which values that only one stream may hold stand in public. */
  readonly registryKeyOf: () => Uint8Array;
  /** Undefined when the transaction brings no seed: then nothing can be sealed. */
  readonly sealer: Sealer | undefined;
};

// An event is a leaf of the registry log, and there a leaf has 65,535 bytes at most (C2SP tlog-tiles): a longer one could be
// served to nobody, nor copied. What else stands in an event, 128 digests among it, has some 7,000.
const longestData = 56_000;

const StreamOf = Command.pick({ stream: true }).loose();

/** Reads together what the commands of a batch will ask for: the heads of their streams, of the schema and of the node's agency. */
export async function readHeads({ overlay, agency }: Transaction, commands: readonly unknown[]): Promise<void> {
  const streams = commands.flatMap((command) => StreamOf.safeParse(command).data?.stream ?? []);
  if (streams.length > 0) await overlay.prefetch([schemaStream, `agency-${agency}`, ...streams].map(headKey));
}

/** Decides one command over the overlay. A refusal is an outcome and writes nothing; anything else that throws is a fault. */
export async function handle(
  transaction: Transaction,
  order: unknown,
  disclosures: readonly string[] = [],
): Promise<Outcome> {
  try {
    const command = parseOrder(order);
    if (command.type === refoldType) return await refold(transaction.overlay, command.stream);
    const head = await findHead(transaction.overlay, command.stream);
    return (
      (await findFirstOutcome(transaction.overlay, command, head)) ??
      (await decide(transaction, { command, head, disclosures }))
    );
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.code, reason: error.message.slice(error.code.length + 2) };
    throw error;
  }
}

function parseOrder(order: unknown): Command {
  const parsed = Command.safeParse(order);
  if (!parsed.success) throw new Refusal('ERR_MALFORMED', `in ${fieldsOf(parsed.error)}`);
  const { stream, data } = parsed.data;
  if (!isWellFormed(data)) throw new Refusal('ERR_MALFORMED', `in data: ${illFormed}`);
  if (Buffer.byteLength(JSON.stringify(data)) > longestData)
    throw new Refusal('ERR_MALFORMED', `in data: more than ${longestData} bytes`);
  if (!nouns.some((noun) => stream.startsWith(`${noun}-`))) throw new Refusal('ERR_UNKNOWN_COMMAND', 'no such noun');
  return parsed.data;
}

/** A command that was done before gets the outcome it got then. */
async function findFirstOutcome(
  overlay: Overlay,
  command: Command,
  head: Head | undefined,
): Promise<Outcome | undefined> {
  if (head === undefined) return undefined;
  const done = head.recent.find((recent) => recent.id === command.id);
  if (done === undefined) {
    if (head.version - command.seen < recentCommands) return undefined;
    throw new Refusal(
      'ERR_OUTCOME_UNKNOWN',
      'the stream has moved too far to tell a repeated command; look it up by its id',
    );
  }
  if (done.hash !== commandHash(command))
    throw new Refusal('ERR_COMMAND_ID_REUSED', 'this id belongs to another command');
  const events: LedgerEvent[] = [];
  for (const version of done.versions) events.push(await getEvent(overlay, command.stream, version));
  return { version: events.at(-1)?.version ?? head.version, events };
}

type Order = {
  readonly command: Command;
  readonly head: Head | undefined;
  readonly disclosures: readonly string[];
};

async function decide(transaction: Transaction, order: Order): Promise<Outcome> {
  const { command, head } = order;
  const decider = deciderOf(nounOf(command.stream));
  const { version, state } = head ?? { version: 0, state: decider.initial };
  const parsed = decider.parse({ type: command.type, data: command.data });
  refuseBackdated(transaction, head);
  const author = await authorOf(transaction, command);
  const schemas = await getSchemas(transaction.overlay);
  const approval = await findApproval(transaction, command);
  const circumstances = circumstancesOf(transaction, order, { schemas, author, approval });
  const facts = decider.decide(parsed, state, circumstances);
  if (facts.length === 0) return { version, events: [] };
  const claimed = await claimable(transaction, command.stream, decider.claims?.(parsed, circumstances));
  const purged = await placesToPurge(transaction.overlay, command.stream, decider.erases?.(parsed)?.proposals);
  const sealed = await sealFacts(transaction, { ...order, facts, schemas });
  // From here on nothing refuses any more: what a refused command had written would be taken from its neighbours.
  for (const key of claimed) transaction.overlay.put(key, Buffer.from(command.stream));
  for (const place of purged) transaction.overlay.purge(place.class, place.key);
  if (approval !== undefined) transaction.overlay.put(spentKey(approval.proposal), Buffer.from(command.id));
  const events = append(transaction.overlay, head, {
    ...decider,
    ...author,
    command,
    facts: sealed,
    at: transaction.at,
  });
  return { version: version + events.length, events };
}

function refuseBackdated({ at }: Transaction, head: Head | undefined): void {
  if (head !== undefined && at < head.at) throw new Refusal('ERR_BACKDATED', 'the stream has a later event');
}

type Known = { readonly schemas: Schemas; readonly author: Author; readonly approval: Approval | undefined };

function circumstancesOf({ agency, at }: Transaction, order: Order, known: Known): Circumstances {
  const { schemas, author, approval } = known;
  const { stream, sealed } = order.command;
  const schema = (version: number): IdentitySchema | undefined => schemas.byVersion(version);
  const founded = schemas.newest !== undefined;
  const { officer } = author;
  return {
    ...{ id: idOf(stream), agency, at, opened: open(order), schema, founded },
    ...(officer && { officer }),
    ...(approval && { approval }),
    ...(sealed && { sealedClass: sealed.class, sealedDigests: sealed.digests }),
  };
}

/** Opens what travels beside a command and checks that it is exactly what the command names. */
function open({ command, disclosures }: Order): readonly OpenedValue[] {
  const named = command.sealed?.digests ?? [];
  const came = disclosures.map(disclosureDigest).sort();
  if (named.length !== came.length || named.some((digest, index) => digest !== came[index]))
    throw new Refusal(
      'ERR_DISCLOSURE_MISMATCH',
      'the private values are not those that the command names, in order of their digests',
    );
  try {
    const opened = disclosures.map(openDisclosure).map(({ name, value }) => ({ name, value }));
    if (isWellFormed(opened)) return opened;
  } catch {
    throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'a private value is not a disclosure'); // its text stays out of the refusal
  }
  throw new Refusal('ERR_MALFORMED', `in a private value: ${illFormed}`);
}

/** The keys of values that only this stream may hold. Writes nothing: the command may still be refused. */
async function claimable(
  { overlay, registryKeyOf }: Transaction,
  stream: string,
  values: readonly UniqueValue[] = [],
): Promise<readonly string[]> {
  const keys = values.map(({ kind, value }) => ({
    kind,
    key: uniqueKey(kind, uniqueHash(registryKeyOf(), kind, value)),
  }));
  await overlay.prefetch(keys.map(({ key }) => key));
  for (const { kind, key } of keys) {
    const holder = await overlay.get(key);
    if (holder !== undefined && Buffer.from(holder).toString() !== stream) throw new Refusal('ERR_NOT_UNIQUE', kind);
  }
  return keys.map(({ key }) => key);
}

type Sealing = Order & { readonly facts: readonly Fact[]; readonly schemas: Schemas };

/** Seals the private values beside the command's first fact, which then names their class, digests and key commitment. */
async function sealFacts(
  transaction: Transaction,
  sealing: Sealing,
): Promise<readonly (Fact & Pick<LedgerEvent, 'sealed'>)[]> {
  const { command, head, facts, disclosures, schemas } = sealing;
  const version = (head?.version ?? 0) + 1;
  const [first, ...rest] = facts;
  if (command.sealed === undefined || first === undefined) return facts;
  if (transaction.sealer === undefined)
    throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'the transaction brings no seed to seal with');
  const recipients = await recipientsOf(transaction, schemas, command.sealed.class);
  const place = { channel: transaction.channel, stream: command.stream, version, class: command.sealed.class };
  const { entry, commitment } = transaction.sealer.seal(place, disclosures, recipients);
  transaction.overlay.putPrivate(command.sealed.class, sealedKey(command.stream, version), entry);
  return [{ ...first, sealed: { ...command.sealed, key: commitment } }, ...rest];
}
