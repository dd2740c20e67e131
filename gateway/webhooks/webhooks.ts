import type { Logger } from 'pino';
import type { Country } from '#domain/country.ts';
import { errorCode } from '#domain/errorCode.ts';
import { startDelivery, type DeliveryParts, type DeliveryRun } from './delivery.ts';
import { createPosting, type Post } from './post.ts';
import { createReach, type Reach } from './reach.ts';

/** How subscribers are reached: which addresses may be, and how something is sent to one. */
export type Webhooks = Pick<DeliveryRun, 'wake' | 'status'> & {
  readonly checkUrl: Reach['check'];
  readonly post: Post;
};

/** What webhooks take of a gateway. */
type Parts = Pick<DeliveryParts, 'database' | 'ingest' | 'signer' | 'catchUp'> & {
  readonly country: Pick<Country, 'demo'>;
  readonly logger: Logger;
};

const patience = 10_000; // ms for one exchange with a subscriber

/** Begins to deliver; in demo countries also to this machine itself. */
export function openWebhooks({ country, logger, ...parts }: Parts): Webhooks & { readonly stop: () => Promise<void> } {
  const reach = createReach(country.demo);
  const posting = createPosting({ reach, patience });
  const { wake, status, stop } = startDelivery({
    ...parts,
    posting,
    // Only the code of a cause: messages of drivers quote values.
    onStatus: (state, cause) => logger.info({ ...state, cause: errorCode(cause) }, 'webhooks'),
  });
  return { wake, status, stop, checkUrl: reach.check, post: posting.post };
}
