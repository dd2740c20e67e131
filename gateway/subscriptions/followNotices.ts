import { findPartyNotices, lastPartyNotice, type PartyNotice } from '#projections/notices/partyNotices.ts';
import type { ServiceContext } from '../context.ts';
import { findApprovedParty } from '../findApprovedParty.ts';
import { RequestError } from '../http/requestError.ts';
import { beginning } from './beginning.ts';
import type { Source } from './follow.ts';

const markLength = 8; // of the id: enough to notice that another outbox gave the position

/** Where a party is in what it has heard; it means something at the node that gave it, and to that party. */
export function positionOf({ sequence, id }: PartyNotice): string {
  return Buffer.from(`notice:${sequence}.${id.slice(0, markLength)}`).toString('base64url');
}

/** What a party is told, in order, from after a position, from the `beginning`, or without a word from now on. */
export async function openNotices(
  context: ServiceContext,
  after: string | null | undefined,
): Promise<Source<PartyNotice>> {
  const { database, keystore } = context;
  const { party } = context.caller.party;
  let reached = await startAt(context, after);
  return {
    read: async (limit) => {
      const items = await findPartyNotices(database, keystore, party, { after: reached, limit });
      reached = items.at(-1)?.sequence ?? reached;
      return { items, isLast: items.length < limit };
    },
    denial: async () => {
      if ((await findApprovedParty(database, party)) !== undefined) return undefined;
      return new RequestError('ERR_PARTY_NOT_ACTIVE', 'this party is not approved now');
    },
    // A party that is suspended is told so, and of nobody any more.
    isHeardAnyway: ({ subject }) => subject === null,
  };
}

async function startAt(context: ServiceContext, after: string | null | undefined): Promise<number> {
  if (after === beginning) return 0;
  const { database, keystore, caller } = context;
  const last = await lastPartyNotice(database, keystore, caller.party.party);
  if (after === null || after === undefined) return last;
  const { sequence, mark } = readPosition(after);
  if (sequence > last)
    throw new RequestError(
      'ERR_POSITION_AHEAD',
      'this node has not told as much: it was restored to an older state, or the position is of another node',
    );
  const [found] = await findPartyNotices(database, keystore, caller.party.party, { after: sequence - 1, limit: 1 });
  // Where an erasure has taken the notice itself away, its place still counts.
  if (found?.sequence === sequence && !found.id.startsWith(mark))
    throw new RequestError('ERR_POSITION_UNKNOWN', 'another notice stands there: the position is of another node');
  return sequence;
}

function readPosition(position: string): { readonly sequence: number; readonly mark: string } {
  const text = Buffer.from(position, 'base64url').toString();
  const [, sequence, mark] = /^notice:([1-9]\d{0,14})\.([0-9a-f]{8})$/.exec(text) ?? [];
  if (mark === undefined) throw new RequestError('ERR_MALFORMED', 'a position is one that an earlier notice gave');
  return { sequence: Number(sequence), mark };
}
