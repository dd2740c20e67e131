import { handleKind } from '#domain/identity/handle.ts';
import { nounOf, type LedgerEvent } from '#domain/envelope.ts';
import { noticesOf, type Notice } from '#domain/notice/noticesOf.ts';
import type { Database } from '../postgres/database.ts';

type Handle = { readonly attribute: string; readonly replaced: boolean };

// Handles that came with a fact and are other ones than before; of people who are erased a node knows no more.
const changedHandles = {
  name: 'find-changed-handles',
  text: `select asked.place, substr(b.kind, ${handleKind('').length + 1}) as attribute, before.blind_index is not null as replaced
    from unnest($1::text[], $2::text[]) with ordinality as asked(stream, version, place)
    join keystore.blind_indexes b on b.stream = asked.stream and b.version = asked.version::integer
    left join lateral (
      select blind_index from keystore.blind_indexes
      where stream = b.stream and kind = b.kind and version < b.version order by version desc limit 1
    ) before on true
    where starts_with(b.kind, '${handleKind('')}') and before.blind_index is distinct from b.blind_index
    order by asked.place, attribute`,
};

/** What agencies and auditors are told of a fact; of aliases as far as this node holds their class. */
export async function factNotices(db: Pick<Database, 'askTogether'>, event: LedgerEvent): Promise<readonly Notice[]> {
  if (nounOf(event.stream) !== 'identity' || event.sealed === undefined) return noticesOf(event);
  const handles = await db.askTogether<Handle>(changedHandles, [event.stream, String(event.version)]);
  return noticesOf(event, {
    issued: handles.map(({ attribute }) => attribute),
    replaced: handles.filter(({ replaced }) => replaced).map(({ attribute }) => attribute),
  });
}
