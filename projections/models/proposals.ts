import { sql } from 'kysely';
import type { ProposedOrder } from '#domain/approval.ts';
import { idOf, nounOf, type LedgerEvent } from '#domain/envelope.ts';
import type { ChangeProposed, ProposalEvent } from '#domain/proposal/events.ts';
import type { Reason } from '#domain/reasons.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import type { Place } from '../place.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ProjectedEvent, type ReadModel } from './readModel.ts';
import { placeOrder, withinPage, type PlacePage } from './timelinePages.ts';

/** Where a proposal is; `expired` is judged by the time at which somebody asks. */
export const proposalStatuses = ['open', 'approved', 'rejected', 'withdrawn', 'expired', 'carried-out'] as const;
type ProposalStatus = (typeof proposalStatuses)[number];

/** Who did something, and when. */
type Act = { readonly by: LedgerEvent['by']; readonly at: string };

/** A proposal, and what became of it. */
export type ProposalDetails = {
  readonly proposal: string;
  readonly order: ProposedOrder;
  readonly status: ProposalStatus;
  readonly proposed: Act;
  readonly validUntil: string;
  /** The approval, the rejection or the withdrawal. */
  readonly answer: (Act & { readonly reason?: Reason }) | null;
  readonly carriedOut: (Act & { readonly block: number }) | null;
  readonly version: number;
  readonly block: number;
};

type Row = Pick<ProposalDetails, 'proposal' | 'answer' | 'version' | 'block'> &
  Pick<ProposedOrder, 'stream' | 'type' | 'data'> & {
    readonly sealed: NonNullable<ProposedOrder['sealed']> | null;
    readonly status: Exclude<ProposalStatus, 'expired'>;
    readonly proposed_by: LedgerEvent['by'];
    readonly proposed_at: string;
    readonly valid_until: string;
    readonly carried_out: ProposalDetails['carriedOut'];
  };

/** One thing that happened to a proposal: in its own stream, or in the one that its order is about. */
type Step =
  | { readonly of: 'proposal'; readonly fact: ProjectedEvent<ProposalEvent> }
  | { readonly of: 'order'; readonly fact: ProjectedEvent };

/** Proposals and what became of them: their own facts, and the one that carries the order out. */
export const proposals: ReadModel = {
  tables: ['proposals'],
  project: async (page, target) => {
    // In the ledger's order: an approved proposal can be withdrawn before or after its order is carried out.
    await foldRows<Row, Step>(target, { table: 'proposals', key: 'proposal' }, page.flatMap(stepsOf), fold);
  },
};

type KeyedStep = { readonly key: string; readonly item: Step };

function stepsOf(fact: ProjectedEvent): readonly KeyedStep[] {
  const { stream, proposal } = fact.event;
  const own = nounOf(stream) !== 'proposal' ? [] : eventsOf([fact], 'proposal').map(stepOfProposal);
  return proposal === undefined ? own : [...own, { key: proposal, item: { of: 'order', fact } }];
}

function stepOfProposal(fact: ProjectedEvent<ProposalEvent>): KeyedStep {
  return { key: idOf(fact.event.stream), item: { of: 'proposal', fact } };
}

function fold(row: Row | undefined, step: Step): Row | undefined {
  if (step.of === 'proposal') return foldOwn(row, step.fact);
  const { event, place } = step.fact;
  const carriedOut = { by: event.by, at: event.at, block: place.block };
  return row && { ...row, status: 'carried-out', carried_out: carriedOut, block: place.block };
}

function foldOwn(row: Row | undefined, { event, place }: ProjectedEvent<ProposalEvent>): Row | undefined {
  const { by, at, version } = event;
  const last = { version, block: place.block };
  switch (event.type) {
    case 'ChangeProposed':
      return { ...newRow(event), ...last };
    case 'ProposalApproved':
      return row && { ...row, status: 'approved', answer: { by, at }, ...last };
    case 'ProposalRejected':
      return row && { ...row, status: 'rejected', answer: { by, at, reason: event.data.reason }, ...last };
    case 'ProposalWithdrawn':
      if (row?.status === 'carried-out') return { ...row, ...last }; // too late: what was done stays done
      return row && { ...row, status: 'withdrawn', answer: { by, at, reason: event.data.reason }, ...last };
    default:
      return unreachable(event);
  }
}

function newRow({ stream, data, by, at }: LedgerEvent<ChangeProposed>): Omit<Row, 'version' | 'block'> {
  const { order, validUntil } = data;
  return {
    ...{ proposal: idOf(stream), stream: order.stream, type: order.type, data: order.data },
    ...{ sealed: order.sealed ?? null, status: 'open', answer: null, carried_out: null },
    ...{ proposed_by: by, proposed_at: at, valid_until: validUntil },
  };
}

/** Which proposals are asked for; what is not given does not matter. */
export type ProposalFilter = {
  readonly status?: ProposalStatus | undefined;
  /** What their orders are about. */
  readonly stream?: string | undefined;
  /** What their orders want; none when the list is empty. */
  readonly types?: readonly string[] | undefined;
  /** The time at which it is asked (ISO 8601). */
  readonly at: string;
};

/** A proposal with the place of its first fact, by which lists of proposals are in order. */
export type PlacedProposal = ProposalDetails & { readonly place: Place };

type FoundRow = Row & { readonly transaction: number; readonly event: number; readonly began: number };

/** A page of proposals, in the order in which they were made. */
export async function listProposals(
  { kysely }: Database,
  { status, stream, types, at }: ProposalFilter,
  page: PlacePage,
): Promise<readonly PlacedProposal[]> {
  const now = sql`case when p.status in ('open', 'approved') and p.valid_until <= ${at} then 'expired' else p.status end`;
  const conditions = [
    ...withinPage(page),
    ...(status === undefined ? [] : [sql<boolean>`${now} = ${status}`]),
    ...(stream === undefined ? [] : [sql<boolean>`p.stream = ${stream}`]),
    ...(types === undefined ? [] : [sql<boolean>`p.type = any(${types})`]),
  ];
  const { rows } = await sql<FoundRow>`
    select p.*, t.block as began, t.transaction, t.event
    from model.proposals p join model.timeline t on t.stream = 'proposal-' || p.proposal and t.version = 1
    where ${sql.join(conditions, sql` and `)}
    order by ${placeOrder(page)} limit ${page.limit}`.execute(kysely);
  return rows.map(({ began, transaction, event, ...row }) => ({
    ...detailsOf(row, at),
    place: { block: began, transaction, index: event },
  }));
}

const byId = { name: 'find-proposal', text: 'select * from model.proposals where proposal = $1' };

/** A proposal as it is at a time (ISO 8601). */
export async function findProposal(db: Database, proposal: string, at: string): Promise<ProposalDetails | undefined> {
  const [row] = await ask<Row>(db, byId, [proposal]);
  return row && detailsOf(row, at);
}

function detailsOf(row: Row, at: string): ProposalDetails {
  const { proposal, stream, type, data, sealed, answer, version, block, carried_out: carriedOut } = row;
  const isOver = (row.status === 'open' || row.status === 'approved') && row.valid_until <= at;
  return {
    order: { stream, type, data, ...(sealed && { sealed }) },
    status: isOver ? 'expired' : row.status,
    proposed: { by: row.proposed_by, at: row.proposed_at },
    validUntil: row.valid_until,
    ...{ proposal, answer, carriedOut, version, block },
  };
}

const withValues = {
  name: 'find-proposals-with-values',
  text: 'select proposal from model.proposals where stream = $1 and sealed is not null order by proposal',
};

/** Ids of the proposals about a stream that carry private values, whatever became of them. */
export async function findProposalsWithValues(db: Database, stream: string): Promise<readonly string[]> {
  return (await ask<{ proposal: string }>(db, withValues, [stream])).map(({ proposal }) => proposal);
}
