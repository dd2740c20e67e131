import { Refused } from '../refused.ts';
import { readNotice } from '../release/readNotice.ts';
import type { Builder } from './builder.ts';
import type { PartyNoticeRef } from './noticeSubscription.ts';

/** Lets a relying party read what stands in a notice that a webhook told it of. */
export function addNoticeRead(builder: Builder, notice: PartyNoticeRef): void {
  builder.queryField('notice', (t) =>
    t.withAuth({ service: true }).field({
      type: notice,
      description: 'One notice, by the `jti` of its delivery. The person it is about sees that you read it.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, context) => readNotice(context, context.caller.party, id),
    }),
  );
}
