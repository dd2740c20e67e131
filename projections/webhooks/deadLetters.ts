import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { DeadLetter, Subscriber } from './webhook.ts';

const kept = '30 days';
const mostListed = 1000;

const ownedBy = (subscriber: Subscriber | undefined) =>
  subscriber === undefined ? sql`true` : sql`w.owner_kind = ${subscriber.kind} and w.owner = ${subscriber.id}`;

/** What was given up at a webhook of this subscriber (or whosever), the newest first, a thousand at most. */
export async function listDeadLetters(
  { kysely }: Database,
  { webhook, subscriber }: { readonly webhook: string; readonly subscriber?: Subscriber | undefined },
): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select d.webhook, d.number, d.notice, d.type, nullif(d.subject, '') as subject, d.at, d.attempts, d.failure,
      d.died_at as "diedAt"
    from store.webhook_deliveries d join store.webhooks w on w.id = d.webhook
    where d.webhook = ${webhook} and d.state = 'dead' and ${ownedBy(subscriber)}
    order by d.died_at desc, d.number desc limit ${mostListed}`.execute(kysely);
  return rows;
}

/** Which dead letters are tried again: those of a webhook, or only these notices. */
export type Resending = {
  readonly webhook: string;
  readonly notices?: readonly string[] | undefined;
  readonly subscriber?: Subscriber | undefined;
};

/** Puts dead letters back into their queue, as if they had just come into it; answers how many. */
export async function resendDeadLetters({ kysely }: Database, resending: Resending): Promise<number> {
  const { webhook, notices, subscriber } = resending;
  const { numAffectedRows } = await sql`
    update store.webhook_deliveries d
    set state = 'waiting', queued_at = now(), due = now(), attempts = 0, failing_since = null, failure = null, died_at = null
    from store.webhooks w
    where w.id = d.webhook and d.webhook = ${webhook} and d.state = 'dead' and w.state = 'confirmed' and ${ownedBy(subscriber)}
      and ${notices === undefined ? sql`true` : sql`d.notice = any(${notices}::uuid[])`}`.execute(kysely);
  // Whoever asks for it has perhaps mended the address: it is tried at once.
  await sql`update store.webhooks w set resume_at = now() where w.id = ${webhook} and ${ownedBy(subscriber)}`.execute(
    kysely,
  );
  return Number(numAffectedRows ?? 0);
}

/** Takes away what nobody has asked for in time. */
export async function dropDeadLetters({ kysely }: Database): Promise<void> {
  await sql`delete from store.webhook_deliveries where state = 'dead' and died_at < now() - ${kept}::interval`.execute(
    kysely,
  );
}
