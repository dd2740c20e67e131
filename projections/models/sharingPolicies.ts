import { idOf } from '#domain/envelope.ts';
import type { PolicyRule, SharingPolicyEvent } from '#domain/sharingPolicy/events.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** A sharing policy now; a retired one lets nothing out. */
export type SharingPolicy = {
  readonly policy: string;
  readonly name: Readonly<Record<string, string>>;
  readonly rules: readonly PolicyRule[];
  readonly matching: readonly string[];
  readonly status: 'published' | 'retired';
  readonly version: number;
  readonly block: number;
};

/** What parties may get, by the newest version of each policy. */
export const sharingPolicies: ReadModel = {
  tables: ['sharing_policies'],
  project: async (page, target) => {
    const items = eventsOf(page, 'sharingPolicy').map((item) => ({ key: idOf(item.event.stream), item }));
    await foldRows<SharingPolicy, ProjectedEvent<SharingPolicyEvent>>(
      target,
      { table: 'sharing_policies', key: 'policy' },
      items,
      fold,
    );
  },
};

function fold(
  row: SharingPolicy | undefined,
  { event, place }: ProjectedEvent<SharingPolicyEvent>,
): SharingPolicy | undefined {
  const at = { version: event.version, block: place.block };
  switch (event.type) {
    case 'SharingPolicyPublished':
      return { policy: idOf(event.stream), ...event.data, status: 'published', ...at };
    case 'SharingPolicyRetired':
      return row && { ...row, status: 'retired', ...at };
    default:
      return unreachable(event);
  }
}

/** What these facts of one policy, oldest first, make of it. */
export function policyFrom(facts: readonly ProjectedEvent<SharingPolicyEvent>[]): SharingPolicy | undefined {
  return facts.reduce<SharingPolicy | undefined>(fold, undefined);
}

const columns = 'policy, name, rules, matching, status, version, block';
const byId = {
  name: 'find-sharing-policy',
  text: `select asked.place, ${columns}
    from unnest($1::text[]) with ordinality as asked(policy, place) join model.sharing_policies using (policy)`,
};

/** A policy, also one that is retired. */
export async function findSharingPolicy(db: Database, policy: string): Promise<SharingPolicy | undefined> {
  const [found] = await db.askTogether<SharingPolicy>(byId, [policy]);
  return found;
}
