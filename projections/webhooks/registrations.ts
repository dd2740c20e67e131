import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { NoticeType } from '#domain/notice/vocabulary.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Keystore } from '../keys/keystore.ts';
import { partyIndex } from '../models/blindIndexes.ts';
import type { Database, Trx } from '../postgres/database.ts';
import type { Subscriber, Webhook } from './webhook.ts';

/** How many webhooks a subscriber may have, how many of them may wait for their confirmation, and how many may be asked for in an hour. */
export const mostWebhooks = { all: 10, unconfirmed: 3, hourly: 20 } as const;
const timeToConfirm = '1 hour';

/** What a subscriber asks for. */
export type Registration = {
  readonly subscriber: Subscriber;
  readonly url: string;
  readonly types: readonly NoticeType[];
};

/** Notes a webhook that is told nothing yet, and draws the token that confirms it; undefined when the subscriber has too many. */
export async function registerWebhook(
  { kysely }: Database,
  keystore: Keystore,
  { subscriber, url, types }: Registration,
): Promise<{ readonly id: string; readonly token: string } | undefined> {
  const [id, token] = [randomUUID(), randomBytes(32).toString('base64url')];
  const index = subscriber.kind === 'party' ? partyIndex(keystore, subscriber.id) : null;
  return kysely.transaction().execute(async (trx) => {
    await dropUnconfirmed(trx);
    if (await isFull(trx, subscriber)) return undefined;
    await sql`
      insert into store.webhook_challenges (owner_kind, owner) values (${subscriber.kind}, ${subscriber.id})`.execute(
      trx,
    );
    await sql`
      insert into store.webhooks (id, owner_kind, owner, party_index, url, types, token_hash, expires_at)
      values (${id}, ${subscriber.kind}, ${subscriber.id}, ${index}, ${url}, ${types}, ${sha256(token)},
        now() + ${timeToConfirm}::interval)`.execute(trx);
    return { id, token };
  });
}

/** Takes away what nobody confirmed in time. */
export async function dropUnconfirmed(db: Database['kysely'] | Trx): Promise<void> {
  await sql`delete from store.webhooks where state = 'unconfirmed' and expires_at < now()`.execute(db);
  await sql`delete from store.webhook_challenges where sent_at < now() - interval '1 hour'`.execute(db);
}

// Two registrations of one subscriber at once must not both find room.
async function isFull(trx: Trx, { kind, id }: Subscriber): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks ${kind} ${id}`}, 0))`.execute(trx);
  const { rows } = await sql<{ all: number; unconfirmed: number; hourly: number }>`
    select count(*) as all, count(*) filter (where state = 'unconfirmed') as unconfirmed,
      (select count(*) from store.webhook_challenges where owner_kind = ${kind} and owner = ${id}) as hourly
    from store.webhooks where owner_kind = ${kind} and owner = ${id}`.execute(trx);
  const [{ all, unconfirmed, hourly } = { all: 0, unconfirmed: 0, hourly: 0 }] = rows;
  // Who asks, removes and asks again would have strangers' servers sent tokens without end.
  return all >= mostWebhooks.all || unconfirmed >= mostWebhooks.unconfirmed || hourly >= mostWebhooks.hourly;
}

/** Begins to tell a webhook what happens from now on; false for a token that does not fit, or comes too late. */
export async function confirmWebhook(
  { kysely }: Database,
  { id, kind }: Subscriber,
  { webhook, token }: { readonly webhook: string; readonly token: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update store.webhooks w
    set state = 'confirmed', failure = null,
      sequence = coalesce((select e.sequence from store.party_notice_ends e where e.party_index = w.party_index), 0),
      (block, transaction, event) = (
        select t.block, t.transaction, t.event from model.timeline t
        order by t.block desc, t.transaction desc, t.event desc limit 1)
    where w.id = ${webhook} and w.owner_kind = ${kind} and w.owner = ${id} and w.state = 'unconfirmed'
      and w.expires_at >= now() and w.token_hash = ${sha256(token)}`.execute(kysely);
  return numAffectedRows === 1n;
}

/** Ends a webhook with everything that waits for it; false when the subscriber has no such one. */
export async function removeWebhook({ kysely }: Database, { id, kind }: Subscriber, webhook: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from store.webhooks where id = ${webhook} and owner_kind = ${kind} and owner = ${id}`.execute(kysely);
  return numAffectedRows === 1n;
}

/** Notes why an address did not take its challenge. */
export async function noteChallenge({ kysely }: Database, webhook: string, failure: string | null): Promise<void> {
  await sql`update store.webhooks set failure = ${failure} where id = ${webhook}`.execute(kysely);
}

type Row = Omit<Webhook, 'subscriber'> & { readonly kind: Subscriber['kind']; readonly owner: string };

/** The webhooks of a subscriber, or of all, the oldest first. */
export async function listWebhooks({ kysely }: Database, subscriber?: Subscriber): Promise<readonly Webhook[]> {
  const { rows } = await sql<Row>`
    select id, owner_kind as kind, owner, url, types, state, registered_at as "registeredAt", failure,
      case when failures > 0 then resume_at end as "resumeAt", counted.waiting, counted.dead
    from store.webhooks w, lateral (
      select count(*) filter (where d.state = 'waiting') as waiting, count(*) filter (where d.state = 'dead') as dead
      from store.webhook_deliveries d where d.webhook = w.id) counted
    where ${subscriber === undefined ? sql`true` : sql`owner_kind = ${subscriber.kind} and owner = ${subscriber.id}`}
      and (state <> 'unconfirmed' or expires_at >= now())
    order by registered_at, id`.execute(kysely);
  return rows.map(({ kind, owner, ...row }) => ({ ...row, subscriber: { kind, id: owner } }));
}

/** How many addresses fail now, and how many notices were given up. */
export type Troubles = { readonly failing: number; readonly dead: number };

/** Counts them. */
export async function countTroubles({ kysely }: Database): Promise<Troubles> {
  const { rows } = await sql<Troubles>`
    select (select count(*) from store.webhooks where state = 'confirmed' and failures > 0) as failing,
      (select count(*) from store.webhook_deliveries where state = 'dead') as dead`.execute(kysely);
  return rows[0] ?? { failing: 0, dead: 0 };
}
