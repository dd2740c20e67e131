import { Command, StreamName } from '#domain/envelope.ts';
import { fieldsOf } from '#domain/parseCommand.ts';
import { Refusal } from '#domain/refusal.ts';
import type { Submission } from '#ledger/ledger.ts';
import { withDisclosures, withPrivateValues, type Disclosed } from '#ledger/withPrivateValues.ts';
import type { OfficerCaller } from '../caller.ts';
import type { GatewayParts } from '../context.ts';
import type { Office } from './office.ts';
import { randomId } from '../randomId.ts';
import { Refused, refusedCodes } from '../refused.ts';
import { RequestError } from '../http/requestError.ts';
import { refuseIllFormed } from '../http/wellFormed.ts';

/** What somebody wants done, before it has an id and a signature. */
export type Order = {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Private values, all of one attribute class; or the disclosures of values that were agreed on. */
  readonly sealed?: PrivateValues | Disclosed;
  /** The approved proposal that it carries out. */
  readonly proposal?: string;
  /** The officer who gives the order; without one the node gives it, for itself or for a person. */
  readonly officer?: OrderingOfficer;
};

/** Values of one attribute class, by attribute. */
export type PrivateValues = { readonly class: string; readonly values: Readonly<Record<string, unknown>> };
/** Who gives an order. */
export type OrderingOfficer = Pick<OfficerCaller, 'agency' | 'officer'>;

/** What became of an order: this node's read models contain it. */
export type Receipt = { readonly stream: string; readonly version: number; readonly block: number };

/** Has an order done. Answers when this node's own read models contain the facts; throws a Refused when the rules say no. */
export async function submitOrder(parts: GatewayParts, order: Order): Promise<Receipt> {
  refuseIllFormed([order.data, order.sealed]);
  const { stream, type, data, proposal } = order;
  checkStreamName(stream);
  const office = findOffice(parts, order.officer);
  const { ledger } = office ?? parts;
  const seen = (await ledger.head(stream))?.version ?? 0;
  const bare: Command = { id: randomId(), stream, type, data, seen, ...(proposal !== undefined && { proposal }) };
  const submission = withSealed(bare, order.sealed);
  const command = await authorized(checked(submission.command), office, order.officer);
  const outcome = await ledger.submit({ ...submission, command });
  if ('refused' in outcome) throw refusedOf(outcome.refused, outcome.reason);
  await visible(parts, outcome.block);
  return { stream, version: outcome.version, block: outcome.block };
}

/** Refuses what can be the name of no stream: an id that somebody made up. */
export function checkStreamName(stream: string): void {
  if (!StreamName.safeParse(stream).success) throw new Refused('ERR_MALFORMED', 'not an id');
}

// A batch carries commands of several callers: what is no command at all must not get into one.
function checked(command: Command): Command {
  const parsed = Command.safeParse(command);
  if (!parsed.success) throw new Refused('ERR_MALFORMED', `in ${fieldsOf(parsed.error)}`);
  return command;
}

function withSealed(command: Command, sealed: Order['sealed']): Submission {
  if (sealed === undefined) return { command };
  return 'values' in sealed
    ? withPrivateValues(command, sealed.class, sealed.values)
    : withDisclosures(command, sealed);
}

function findOffice({ offices }: GatewayParts, officer: OrderingOfficer | undefined): Office | undefined {
  if (officer === undefined) return undefined;
  const office = offices.get(officer.agency);
  if (office === undefined)
    throw new Refused(
      'ERR_AUTHORITY_MISSING',
      'this node cannot sign for officers of that agency; ask at its own node',
    );
  return office;
}

async function authorized(
  command: Command,
  office: Office | undefined,
  officer: OrderingOfficer | undefined,
): Promise<Command> {
  if (office === undefined || officer === undefined) return command;
  try {
    return await office.authorize(command, officer.officer);
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

/** A refusal of the rules as callers see it. */
export function refusedOf(code: string, reason: string): Refused {
  const known = refusedCodes.find((each) => each === code);
  if (known === undefined) throw new Error(`the ledger refused with an unknown code ${code}`);
  return new Refused(known, reason.startsWith(`${code}: `) ? reason.slice(code.length + 2) : reason);
}
