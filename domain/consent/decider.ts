import type { Circumstances, Decider } from '../decider.ts';
import { OpaqueId } from '../envelope.ts';
import { consentClass } from '../identitySchema/classes.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { repeats } from '../repeats.ts';
import { unreachable } from '../unreachable.ts';
import { EraseConsent, ExpireConsent, GiveConsent, WithdrawConsent } from './commands.ts';
import type { ConsentCommand } from './commands.ts';
import type { ConsentErased, ConsentEvent, ConsentExpired, ConsentGiven, ConsentWithdrawn } from './events.ts';
import { ConsentTerms } from './terms.ts';

// An answer goes by the period and waits for no fact; the end is kept for what may be said only once it is over.
type Consent =
  | { readonly status: 'unknown' | 'withdrawn' | 'expired' | 'erased' }
  | { readonly status: 'given'; readonly validUntil: string };

/** The rules of consents. They know no identity: consents of one person cannot be joined from the ledger. */
export const consentDecider: Decider<Consent, ConsentCommand, ConsentEvent> = {
  noun: 'consent',
  initial: { status: 'unknown' },
  parse: commandParser([GiveConsent, WithdrawConsent, ExpireConsent, EraseConsent]),
  decide,
  evolve,
  erases: ({ type }) => (type === 'EraseConsent' ? { proposals: [] } : undefined),
};

function decide(command: ConsentCommand, state: Consent, circumstances: Circumstances): readonly ConsentEvent[] {
  switch (command.type) {
    case 'GiveConsent':
      return [give(command, state, circumstances)];
    case 'WithdrawConsent':
      return withdraw(state, circumstances);
    case 'ExpireConsent':
      return expire(state, circumstances);
    case 'EraseConsent':
      return erase(command, state, circumstances);
    default:
      return unreachable(command);
  }
}

function give({ data }: GiveConsent, state: Consent, circumstances: Circumstances): ConsentGiven {
  if (state.status !== 'unknown') throw new Refusal('ERR_ALREADY_EXISTS', 'each consent has a stream of its own');
  checkPeriod(data, circumstances.at);
  const { subject, terms } = privateValues(circumstances);
  if (!OpaqueId.safeParse(subject).success)
    throw new Refusal('ERR_TERMS_INVALID', 'the subject is not the id of an identity');
  checkTerms(terms, data);
  return { type: 'ConsentGiven', data };
}

function checkPeriod({ validFrom, validUntil }: GiveConsent['data'], at: string): void {
  if (validUntil <= validFrom) throw new Refusal('ERR_PERIOD_INVALID', 'the consent would end before it begins');
  if (validUntil <= at) throw new Refusal('ERR_PERIOD_INVALID', 'the consent would be over already');
  if (validUntil > tenYearsAfter(validFrom)) throw new Refusal('ERR_PERIOD_INVALID', 'longer than ten years');
}

// As text: ISO 8601 sorts by time, and so does the 29th of February of a year that has none.
function tenYearsAfter(instant: string): string {
  return String(Number(instant.slice(0, 4)) + 10).padStart(4, '0') + instant.slice(4);
}

function privateValues({ sealedClass, opened }: Circumstances): { readonly subject: unknown; readonly terms: unknown } {
  const subject = opened.find(({ name }) => name === 'subject');
  const terms = opened.find(({ name }) => name === 'terms');
  if (sealedClass !== consentClass || opened.length !== 2 || subject === undefined || terms === undefined)
    throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'a consent carries its subject and its terms, and nothing else');
  return { subject: subject.value, terms: terms.value };
}

function checkTerms(value: unknown, { validFrom, validUntil }: GiveConsent['data']): void {
  const terms = ConsentTerms.safeParse(value);
  if (!terms.success) throw new Refusal('ERR_TERMS_INVALID', 'the terms are not those of a consent');
  if (terms.data.validFrom !== validFrom || terms.data.validUntil !== validUntil)
    throw new Refusal('ERR_TERMS_INVALID', 'the terms name another period than the command');
  if (repeats(terms.data.claims.map(({ attribute }) => attribute)))
    throw new Refusal('ERR_TERMS_INVALID', 'the terms name an attribute twice');
  // Without what is essential the party cannot serve: a no to it is a no to the whole request, and stays off the ledger.
  if (terms.data.claims.some(({ essential, accepted }) => essential && !accepted))
    throw new Refusal('ERR_TERMS_INVALID', 'an essential attribute is refused');
}

// Whoever withdraws a second time has what they want.
function withdraw({ status }: Consent, circumstances: Circumstances): readonly ConsentWithdrawn[] {
  refusePrivateValues(circumstances);
  if (status === 'unknown') throw new Refusal('ERR_NOT_FOUND', 'no such consent');
  return status === 'given' ? [{ type: 'ConsentWithdrawn', data: {} }] : [];
}

// Every node that holds the consent may say it, and all but the first have nothing to add.
function expire(state: Consent, circumstances: Circumstances): readonly ConsentExpired[] {
  refusePrivateValues(circumstances);
  if (state.status === 'unknown') throw new Refusal('ERR_NOT_FOUND', 'no such consent');
  if (state.status !== 'given') return [];
  if (state.validUntil > circumstances.at) throw new Refusal('ERR_STILL_IN_FORCE', 'the consent is not over yet');
  return [{ type: 'ConsentExpired', data: {} }];
}

function erase({ data }: EraseConsent, state: Consent, circumstances: Circumstances): readonly ConsentErased[] {
  refusePrivateValues(circumstances);
  if (state.status === 'unknown') throw new Refusal('ERR_NOT_FOUND', 'no such consent');
  if (state.status === 'given' && state.validUntil > circumstances.at)
    throw new Refusal('ERR_STILL_IN_FORCE', 'a consent that counts is withdrawn first');
  return state.status === 'erased' ? [] : [{ type: 'ConsentErased', data }];
}

function evolve(_state: Consent, event: ConsentEvent): Consent {
  switch (event.type) {
    case 'ConsentGiven':
      return { status: 'given', validUntil: event.data.validUntil };
    case 'ConsentWithdrawn':
      return { status: 'withdrawn' };
    case 'ConsentExpired':
      return { status: 'expired' };
    case 'ConsentErased':
      return { status: 'erased' };
    default:
      return unreachable(event);
  }
}
