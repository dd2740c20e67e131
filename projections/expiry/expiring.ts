import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Command } from '#domain/envelope.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Database } from '../postgres/database.ts';

/** What says the end of consents, until it is stopped. */
export type Expiring = { readonly stop: () => Promise<void> };

type Parts = {
  readonly database: Database;
  readonly ledger: Pick<Ledger, 'submit'>;
  /** Whose node this is: it speaks for the consents that were given through it. */
  readonly agency: string;
  /** Milliseconds after which it also speaks for nodes that are away. */
  readonly patience?: number;
};

const interval = 1000; // ms between two looks
const atOnce = 64;
const [shortestWait, longestWait] = [5000, 3_600_000]; // ms

/** Ends that the ledger refused to take, and when each is said again. */
export type RefusedEnds = Map<string, { readonly wait: number; readonly again: number }>;

/** Puts on the ledger that consents are over, soon after they are. Answers do not wait for it. */
export function startExpiring(parts: Parts): Expiring {
  const stopping = new AbortController();
  const refused: RefusedEnds = new Map();
  const run = async () => {
    while (!stopping.signal.aborted) {
      // Ledger or database are away: whatever is due stays due.
      await expireDue(parts, { refused }).catch(() => undefined);
      await pause(interval, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

type Look = { readonly now?: number; readonly refused?: RefusedEnds };

/** One look, and what it led to; answers how many ends were said. */
export async function expireDue(
  parts: Parts,
  { now = Date.now(), refused = new Map() as RefusedEnds }: Look = {},
): Promise<number> {
  const due = await findDue(parts, now, waitingOf(refused, now));
  if (due.length < atOnce) forgetSettled(refused, due, now);
  const outcomes = await Promise.all(
    due.map(async (consent) => {
      const isRefused = 'refused' in (await parts.ledger.submit({ command: expiryOf(consent) }));
      if (isRefused) postpone(refused, consent, now);
      else refused.delete(consent);
      return isRefused;
    }),
  );
  return outcomes.filter((isRefused) => !isRefused).length;
}

// An agency can give a consent whose end is refused for ever (the id of that command is no secret): it must not keep the others
// from their turn.
function postpone(refused: RefusedEnds, consent: string, now: number): void {
  const wait = Math.min((refused.get(consent)?.wait ?? shortestWait / 2) * 2, longestWait);
  refused.set(consent, { wait, again: now + wait });
}

// Somebody else has said it meanwhile, or the person has withdrawn.
function forgetSettled(refused: RefusedEnds, due: readonly string[], now: number): void {
  for (const [consent, { again }] of refused) if (again <= now && !due.includes(consent)) refused.delete(consent);
}

function waitingOf(refused: RefusedEnds, now: number): readonly string[] {
  return [...refused].filter(([, { again }]) => again > now).map(([consent]) => consent);
}

async function findDue(
  { database, agency, patience = 3_600_000 }: Parts,
  now: number,
  waiting: readonly string[],
): Promise<readonly string[]> {
  const [over, longOver] = [new Date(now).toISOString(), new Date(now - patience).toISOString()];
  const { rows } = await sql<{ consent: string }>`
    select c.consent from model.consents c
    join store.events e on e.stream = 'consent-' || c.consent and e.version = 1
    where c.status = 'given' and c.valid_until <= ${over} and c.consent <> all(${waiting})
      and (c.valid_until <= ${longOver} or e.body::json #>> '{by,agency}' = ${agency})
    order by c.valid_until, c.consent limit ${atOnce}`.execute(database.kysely);
  return rows.map(({ consent }) => consent);
}

// The same id at every node and every time: whoever comes second repeats what was said.
function expiryOf(consent: string): Command {
  const stream = `consent-${consent}`;
  return { id: sha256(`the end of ${stream}`), stream, type: 'ExpireConsent', data: {}, seen: 1 };
}
