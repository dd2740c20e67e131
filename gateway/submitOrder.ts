import { Command, StreamName } from '#domain/envelope.ts';
import { fieldsOf } from '#domain/parseCommand.ts';
import { Refusal } from '#domain/refusal.ts';
import type { Submission } from '#ledger/ledger.ts';
import { withPrivateValues } from '#ledger/withPrivateValues.ts';
import type { GatewayParts } from './context.ts';
import { randomId } from './randomId.ts';
import { Refused, refusedCodes } from './refused.ts';
import { RequestError } from './requestError.ts';
import { refuseIllFormed } from './wellFormed.ts';

/** What somebody wants done, before it has an id and a signature. */
export type Order = {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Private values, all of one attribute class. */
  readonly sealed?: { readonly class: string; readonly values: Readonly<Record<string, unknown>> };
  /** The officer who gives the order; without one the node gives it, for itself or for a person. */
  readonly officer?: string;
};

/** What became of an order: this node's read models contain it. */
export type Receipt = { readonly stream: string; readonly version: number; readonly block: number };

/** Has an order done. Answers when this node's own read models contain the facts; throws a Refused when the rules say no. */
export async function submitOrder(parts: GatewayParts, order: Order): Promise<Receipt> {
  refuseIllFormed([order.data, order.sealed?.values]);
  const { stream, type, data, sealed } = order;
  if (!StreamName.safeParse(stream).success) throw new Refused('ERR_MALFORMED', 'not an id');
  const seen = (await parts.ledger.head(stream))?.version ?? 0;
  const bare: Command = { id: randomId(), stream, type, data, seen };
  const submission: Submission =
    sealed === undefined ? { command: bare } : withPrivateValues(bare, sealed.class, sealed.values);
  const command = await authorized(parts, checked(submission.command), order.officer);
  const outcome = await parts.ledger.submit({ ...submission, command });
  if ('refused' in outcome) throw refusedOf(outcome.refused, outcome.reason);
  await visible(parts, outcome.block);
  return { stream, version: outcome.version, block: outcome.block };
}

// A batch carries commands of several callers: what is no command at all must not get into one.
function checked(command: Command): Command {
  const parsed = Command.safeParse(command);
  if (!parsed.success) throw new Refused('ERR_MALFORMED', `in ${fieldsOf(parsed.error)}`);
  return command;
}

async function authorized(parts: GatewayParts, command: Command, officer: string | undefined): Promise<Command> {
  if (officer === undefined) return command;
  if (parts.authorize === undefined)
    throw new Refused('ERR_AUTHORITY_MISSING', 'this node cannot sign for officers; send a signed command');
  try {
    return await parts.authorize(command, officer);
  } catch (error) {
    throw error instanceof Refusal ? refusedOf(error.code, error.message) : error;
  }
}

// An acknowledged withdrawal must count at this node's next query, so nothing is acknowledged before it can be read here.
async function visible(parts: GatewayParts, block: number): Promise<void> {
  try {
    await parts.ingest.reached(block);
  } catch (error) {
    throw new RequestError('ERR_NOT_YET_VISIBLE', 'it is on the ledger, but this node has not read it yet', error);
  }
}

function refusedOf(code: string, reason: string): Refused {
  const known = refusedCodes.find((each) => each === code);
  if (known === undefined) throw new Error(`the ledger refused with an unknown code ${code}`);
  return new Refused(known, reason.startsWith(`${code}: `) ? reason.slice(code.length + 2) : reason);
}
