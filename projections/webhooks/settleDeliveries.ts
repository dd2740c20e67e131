import { sql } from 'kysely';
import type { Database, Trx } from '../postgres/database.ts';

/**
 * What came of an attempt. `refused`: the address answers, but does not take this one. `failed`: the address does not answer
 * as it should, so the others need not be tried now either. `gone`: it wants nothing any more.
 */
export type Settled = {
  readonly webhook: string;
  readonly number: number;
  readonly result: 'delivered' | 'refused' | 'failed' | 'gone';
  /** Why not, as a code. */
  readonly failure: string | null;
};

/** How attempts follow each other; in ms. */
export type Pace = {
  /** The pause after the first failure; each further one doubles it. */
  readonly first: number;
  /** The longest pause. */
  readonly longest: number;
  /** How long something is tried before it is given up. */
  readonly until: number;
  /** How long an attempt that nobody hears of again is waited for: longer than any exchange. */
  readonly lease: number;
};

type Db = Pick<Database, 'kysely'>;

/** Writes down what came of attempts, all of it or nothing. */
export async function settleDeliveries({ kysely }: Db, settled: readonly Settled[], pace: Pace): Promise<void> {
  if (settled.length === 0) return;
  const of = (result: Settled['result']) => settled.filter((each) => each.result === result);
  const failed = of('failed');
  await kysely.transaction().execute(async (trx) => {
    await remove(trx, of('delivered'));
    await answers(
      trx,
      [...of('delivered'), ...of('refused')].map(({ webhook }) => webhook),
    );
    await again(trx, of('refused'), pace);
    await again(trx, failed, { ...pace, longest: pace.longest / 12 }); // once the address answers they should not wait long
    await pause(trx, failed, pace);
    await stop(trx, of('gone'));
  });
}

function listed(settled: readonly Settled[]) {
  const [webhooks, numbers] = [settled.map(({ webhook }) => webhook), settled.map(({ number }) => number)];
  const failures = settled.map(({ failure }) => failure);
  return sql`unnest(${webhooks}::uuid[], ${numbers}::bigint[], ${failures}::text[]) as s(webhook, number, failure)`;
}

async function remove(trx: Trx, delivered: readonly Settled[]): Promise<void> {
  if (delivered.length === 0) return;
  await sql`
    delete from store.webhook_deliveries d using ${listed(delivered)}
    where d.webhook = s.webhook and d.number = s.number`.execute(trx);
}

/** These addresses answer: whatever held them up is over. */
async function answers(trx: Trx, webhooks: readonly string[]): Promise<void> {
  if (webhooks.length === 0) return;
  await sql`
    update store.webhooks set failures = 0, failing_since = null, failure = null, resume_at = now()
    where id = any(${webhooks}::uuid[]) and failures > 0`.execute(trx);
}

// Full jitter would let some come back at once: half of the pause is certain, the other half is drawn.
const pauseAfter = (count: ReturnType<typeof sql>, { first, longest }: Pace) => sql`make_interval(secs =>
  least(${longest}::float8, ${first}::float8 * power(2, least(${count}, 30))) / 1000 * (0.5 + random() / 2))`;
const givenUp = ({ until }: Pace) => sql`now() - make_interval(secs => ${until}::float8 / 1000)`;

/** What was not taken waits for its next turn, or is given up. */
async function again(trx: Trx, settled: readonly Settled[], pace: Pace): Promise<void> {
  if (settled.length === 0) return;
  await sql`
    update store.webhook_deliveries d
    set attempts = d.attempts + 1, failure = s.failure, failing_since = coalesce(d.failing_since, now()),
      due = now() + ${pauseAfter(sql`d.attempts`, pace)},
      state = case when d.failing_since < ${givenUp(pace)} then 'dead' else d.state end,
      died_at = case when d.failing_since < ${givenUp(pace)} then now() end
    from ${listed(settled)} where d.webhook = s.webhook and d.number = s.number and d.state = 'waiting'`.execute(trx);
}

// Several attempts that were under way together are one failure. After a day of nothing else, what has waited that long is
// given up without having been tried: one at a time it would never end.
async function pause(trx: Trx, failed: readonly Settled[], pace: Pace): Promise<void> {
  if (failed.length === 0) return;
  await sql`
    update store.webhooks w
    set failures = w.failures + 1, failing_since = coalesce(w.failing_since, now()), failure = s.failure,
      resume_at = now() + ${pauseAfter(sql`w.failures`, pace)}
    from (select distinct on (webhook) * from ${listed(failed)}) s
    where w.id = s.webhook and w.state = 'confirmed' and w.resume_at <= now()`.execute(trx);
  await sql`
    update store.webhook_deliveries d
    set state = 'dead', died_at = now(), failing_since = coalesce(d.failing_since, now()), failure = coalesce(d.failure, w.failure)
    from store.webhooks w where w.id = any(${failed.map(({ webhook }) => webhook)}::uuid[]) and d.webhook = w.id
      and d.state = 'waiting' and w.failing_since < ${givenUp(pace)} and d.queued_at < ${givenUp(pace)}`.execute(trx);
}

/** An address that is gone is told nothing more, and nothing is kept for it. */
async function stop(trx: Trx, gone: readonly Settled[]): Promise<void> {
  if (gone.length === 0) return;
  const webhooks = gone.map(({ webhook }) => webhook);
  await sql`
    update store.webhooks set state = 'stopped', failure = 'HTTP 410' where id = any(${webhooks}::uuid[])`.execute(trx);
  await sql`delete from store.webhook_deliveries where webhook = any(${webhooks}::uuid[])`.execute(trx);
}
