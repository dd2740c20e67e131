import * as z from 'zod';
import { Instant, OpaqueId } from '../envelope.ts';
import { Purpose } from '../purpose.ts';
import { Reason } from '../reasons.ts';

/**
 * What others may build on: one entry for each type of notice. A released type keeps its meaning; another meaning is another type,
 * and a detail that a reader could misread raises `version`.
 */
type Entry = {
  readonly version: number;
  readonly meaning: string;
  /** What agencies and auditors read of it. */
  readonly detail: z.ZodType<object>;
  /** What a relying party reads of it; a party is never told of notices that have none. */
  readonly partyDetail?: z.ZodType<object>;
};

const nothing = z.strictObject({});
const because = z.strictObject({ reason: Reason });
const AttributeName = z.string().min(1).max(64);
const Schema = z.int().min(1).describe('version of the identity schema that the values follow');

/** The vocabulary of notices: what is said of identities, numbers, aliases, consents and parties. */
export const vocabulary = {
  'identity.created': {
    version: 1,
    meaning: 'A person has entered the registry.',
    detail: z.strictObject({ schema: Schema }),
  },
  'identity.updated': {
    version: 1,
    meaning:
      'Values of an attribute class were recorded or corrected. A party hears of classes with attributes it may see.',
    detail: z.strictObject({ class: z.string().min(1).max(64), schema: Schema, reason: Reason.optional() }),
    partyDetail: z.strictObject({
      attributes: z.array(AttributeName).min(1).describe('attributes of the class that the consent accepts'),
    }),
  },
  'identity.suspended': {
    version: 1,
    meaning: 'The identity may not be used for now.',
    detail: because,
    partyDetail: nothing,
  },
  'identity.reinstated': {
    version: 1,
    meaning: 'A suspended identity may be used again.',
    detail: because,
    partyDetail: nothing,
  },
  'identity.deactivated': {
    version: 1,
    meaning: 'The identity has ended, by the word of two agencies.',
    detail: because,
    partyDetail: nothing,
  },
  'identity.deceased': {
    version: 1,
    meaning: 'The person has died, by the word of two agencies.',
    detail: because,
    partyDetail: nothing,
  },
  'identity.merged': {
    version: 1,
    meaning: 'The identity was one of two of the same person; another one goes on for both.',
    detail: z.strictObject({ into: OpaqueId.describe('id of the identity that goes on'), reason: Reason }),
    partyDetail: nothing,
  },
  'identity.split': {
    version: 1,
    meaning: 'A merge was undone: the identity stands by itself again.',
    detail: because,
    partyDetail: nothing,
  },
  'identity.erased': {
    version: 1,
    meaning: 'No private value of the person is left. What was received with consent should go too.',
    detail: because,
    partyDetail: nothing,
  },
  'number.issued': {
    version: 1,
    meaning: 'An identity number leads to the person: from the registration on, and again after a split.',
    detail: nothing,
    partyDetail: nothing,
  },
  'number.revoked': {
    version: 1,
    meaning: 'The identity number leads to nobody who may be served: deactivated, deceased, merged or erased.',
    detail: nothing,
    partyDetail: nothing,
  },
  'alias.issued': {
    version: 1,
    meaning: 'A handle leads to the person. Said by nodes that hold the class of the handle.',
    detail: z.strictObject({ attribute: AttributeName }),
  },
  'alias.revoked': {
    version: 1,
    meaning: 'A handle was replaced. Said by nodes that hold its class; the end of a number ends all aliases with it.',
    detail: z.strictObject({ attribute: AttributeName }),
  },
  'consent.given': {
    version: 1,
    meaning: 'A person has said yes to a party, for a purpose and a time.',
    detail: z.strictObject({ validFrom: Instant, validUntil: Instant }),
    partyDetail: z.strictObject({
      purpose: Purpose,
      attributes: z.array(AttributeName).describe('attributes that the person accepted'),
      validFrom: Instant,
      validUntil: Instant,
    }),
  },
  'consent.withdrawn': {
    version: 1,
    meaning: 'A person has taken a yes back: it counts no more.',
    detail: nothing,
    partyDetail: z.strictObject({ purpose: Purpose }),
  },
  'consent.expired': {
    version: 1,
    meaning: 'The period of a consent is over. Answers have gone by the period itself, whenever this is said.',
    detail: nothing,
    partyDetail: z.strictObject({ purpose: Purpose }),
  },
  'party.approved': {
    version: 1,
    meaning: 'A relying party may ask.',
    detail: nothing,
    partyDetail: nothing,
  },
  'party.suspended': {
    version: 1,
    meaning: 'A relying party may not ask for now.',
    detail: because,
    partyDetail: because,
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** The type of a notice. */
export type NoticeType = keyof typeof vocabulary;

/** Every type of notice there is. */
export const noticeTypes = Object.keys(vocabulary) as readonly NoticeType[]; // the keys of the table above

/** The name of a type with its version, as outsiders know it: an event identifier of RFC 8417. */
export function noticeUri(type: NoticeType): string {
  return `urn:plinth:notice:${type}:${vocabulary[type].version}`;
}

/** The type that a name stands for; undefined for names that are not of this vocabulary. */
export function noticeTypeOf(uri: string): NoticeType | undefined {
  return noticeTypes.find((type) => noticeUri(type) === uri);
}

/** What a relying party may read of a notice of this type; undefined when no party is told of it. */
export function partyDetailOf(type: NoticeType): z.ZodType<object> | undefined {
  const entry: Entry = vocabulary[type];
  return entry.partyDetail;
}
