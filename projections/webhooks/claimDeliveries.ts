import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { Delivery, Subscriber } from './webhook.ts';

/** A delivery that is this process's to make until the claim runs out, and where it goes. */
export type Claimed = Delivery & { readonly subscriber: Subscriber; readonly url: string };

/** What is under way at a webhook, and whether it took its time lately. */
export type Busy = { readonly webhook: string; readonly underWay: number; readonly isSlow: boolean };

/** How many deliveries may begin. Slow and failing webhooks have a lane of their own, so that they do not slow the others. */
export type Room = {
  readonly fast: number;
  readonly slow: number;
  /** At one webhook at a time. */
  readonly each: { readonly fast: number; readonly slow: number };
  /** How long a claim lasts, in ms: longer than any exchange, and what waits after a crash waits as long. */
  readonly lease: number;
};

type Row = Omit<Claimed, 'subscriber'> & Readonly<{ kind: Subscriber['kind']; owner: string }>;

/**
 * Claims what is due, evenly over the webhooks: what they have under way counts, so that a long queue of slow ones takes no turn
 * of others. Whatever waits behind an earlier one of the same subject is not due, whoever
 * has that one. A claim that nobody settles, as after a crash, runs out, and the delivery is due again.
 */
export async function claimDeliveries(
  { kysely }: Pick<Database, 'kysely'>,
  room: Room,
  busy: readonly Busy[],
): Promise<readonly Claimed[]> {
  // These tables change faster than the planner's figures of them: the text itself has few rows found first, each by an index.
  const { rows } = await sql<Row>`
    with open as materialized (
      select w.id, w.owner_kind, w.owner, w.url, w.failures > 0 or coalesce(b.slow, false) as slow,
        coalesce(b.under_way, 0) as under_way,
        case when w.failures > 0 or coalesce(b.slow, false) then ${room.each.slow}::int else ${room.each.fast}::int end
          - coalesce(b.under_way, 0) as free
      from store.webhooks w
      left join unnest(${busy.map(({ webhook }) => webhook)}::uuid[], ${busy.map(({ underWay }) => underWay)}::int[],
        ${busy.map(({ isSlow }) => isSlow)}::boolean[]) as b(id, under_way, slow) on b.id = w.id
      where w.state = 'confirmed' and w.resume_at <= now() and ${mayBeTold}
    ), due as materialized (
      select open.*, d.number, row_number() over (partition by open.slow order by open.under_way + d.turn, d.number) as place
      from open cross join lateral (
        select d.number, row_number() over (order by d.number) as turn
        from store.webhook_deliveries d
        where d.webhook = open.id and d.state = 'waiting' and d.due <= now() and d.number = (
          select min(e.number) from store.webhook_deliveries e
          where e.webhook = open.id and e.state = 'waiting' and e.subject = d.subject)
        order by d.number limit greatest(open.free, 0)
      ) d
    )
    update store.webhook_deliveries d set due = now() + make_interval(secs => ${room.lease}::float8 / 1000)
    from due
    where d.webhook = due.id and d.number = due.number and d.state = 'waiting' and d.due <= now()
      and due.place <= case when due.slow then ${room.slow}::int else ${room.fast}::int end
    returning d.webhook, d.number, d.notice, d.type, nullif(d.subject, '') as subject, d.at,
      due.owner_kind as kind, due.owner, due.url`.execute(kysely);
  return rows
    .map(({ kind, owner, ...row }) => ({ ...row, subscriber: { kind, id: owner } }))
    .sort((one, other) => one.number - other.number);
}

// A party that is not approved now, or an agency that is none any more, is told nothing; what waits goes on waiting.
const mayBeTold = sql`case w.owner_kind
  when 'party' then exists (select from model.relying_parties p where p.party = w.owner and p.status = 'approved')
  else exists (select from model.agencies a where a.agency = w.owner and a.removed_at is null) end`;
