import type { NoticeType } from '#domain/notice/vocabulary.ts';

/** Whose a webhook is: a relying party's, told what concerns it, or an agency's, told everything. */
export type Subscriber = { readonly kind: 'party' | 'agency'; readonly id: string };

/** `unconfirmed`: nobody has shown yet that the address wants to be told. `stopped`: the address has said that it does not. */
export const webhookStates = ['unconfirmed', 'confirmed', 'stopped'] as const;

/** Where a subscriber is told of what happens. */
export type Webhook = {
  readonly id: string;
  readonly subscriber: Subscriber;
  readonly url: string;
  readonly types: readonly NoticeType[];
  readonly state: (typeof webhookStates)[number];
  readonly registeredAt: string;
  /** Deliveries that wait, those under way among them. */
  readonly waiting: number;
  readonly dead: number;
  /** Why the last attempt at the address failed; null when it did not. */
  readonly failure: string | null;
  /** When the next attempt is due after one that failed. */
  readonly resumeAt: string | null;
};

/** A notice on its way to a webhook. */
export type Delivery = {
  readonly webhook: string;
  /** Its turn among the webhook's own. */
  readonly number: number;
  /** Id of the notice. */
  readonly notice: string;
  readonly type: NoticeType;
  /** The subscriber's own name for whom it is about; null where it is about the subscriber itself. */
  readonly subject: string | null;
  /** Time of the fact. */
  readonly at: string;
};

/** A delivery that was given up. */
export type DeadLetter = Delivery & {
  readonly attempts: number;
  readonly failure: string | null;
  readonly diedAt: string;
};
