import { idOf } from '#domain/envelope.ts';
import type { PublicKey } from '#domain/publicKey.ts';
import type { IntendedUse, RelyingPartyEvent } from '#domain/relyingParty/events.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** A relying party now. `policy` is the id of the sharing policy that was assigned last. */
export type RelyingParty = {
  readonly party: string;
  readonly name: Readonly<Record<string, string>>;
  readonly keys: readonly PublicKey[];
  readonly intendedUses: readonly IntendedUse[];
  readonly status: 'registered' | 'approved' | 'suspended';
  readonly policy: string | null;
  readonly version: number;
  readonly block: number;
};

type Row = Omit<RelyingParty, 'intendedUses'> & { readonly intended_uses: readonly IntendedUse[] };

/** Services that may ask, whatever their state. */
export const relyingParties: ReadModel = {
  tables: ['relying_parties'],
  project: async (page, target) => {
    const items = eventsOf(page, 'relyingParty').map((item) => ({ key: idOf(item.event.stream), item }));
    await foldRows<Row, ProjectedEvent<RelyingPartyEvent>>(
      target,
      { table: 'relying_parties', key: 'party' },
      items,
      fold,
    );
  },
};

function fold(row: Row | undefined, { event, place }: ProjectedEvent<RelyingPartyEvent>): Row | undefined {
  const changed = change(row, event);
  return changed && { ...changed, version: event.version, block: place.block };
}

function change(row: Row | undefined, event: RelyingPartyEvent & { readonly stream: string }): Row | undefined {
  switch (event.type) {
    case 'RelyingPartyRegistered': {
      const { name, keys, intendedUses } = event.data;
      const party = idOf(event.stream);
      return {
        party,
        name,
        keys,
        intended_uses: intendedUses,
        status: 'registered',
        policy: null,
        version: 0,
        block: 0,
      };
    }
    case 'RelyingPartyApproved':
      return row && { ...row, status: 'approved' };
    case 'RelyingPartySuspended':
      return row && { ...row, status: 'suspended' };
    case 'SharingPolicyAssigned':
      return row && { ...row, policy: event.data.policy };
    default:
      return unreachable(event);
  }
}

/** What these facts of one party, oldest first, make of it. */
export function partyFrom(facts: readonly ProjectedEvent<RelyingPartyEvent>[]): RelyingParty | undefined {
  const row = facts.reduce<Row | undefined>(fold, undefined);
  if (row === undefined) return undefined;
  const { intended_uses: intendedUses, ...rest } = row;
  return { ...rest, intendedUses };
}

const columns = 'party, name, keys, intended_uses as "intendedUses", status, policy, version, block';
const byId = {
  name: 'find-relying-party',
  text: `select asked.place, ${columns}
    from unnest($1::text[]) with ordinality as asked(party, place) join model.relying_parties using (party)`,
};

/** A party, also one that is not approved. */
export async function findRelyingParty(db: Database, party: string): Promise<RelyingParty | undefined> {
  const [found] = await db.askTogether<RelyingParty>(byId, [party]);
  return found;
}
