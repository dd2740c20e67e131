import { refusalCodes, type RefusalCode } from '#domain/refusal.ts';

/** What the gateway itself may answer no with, beside the ledger's own refusals. */
const gatewayCodes = [
  'NOT_AVAILABLE', // the one answer without a live consent
  'ESSENTIAL_WITHHELD', // an attribute without which the party cannot serve may not leave
  'ERR_VALUE_INVALID', // a value breaks the rules of the country's schema
  'ERR_NOT_MATCHABLE', // the party's policy does not let it ask about this attribute
  'ERR_TOO_MANY_ATTEMPTS',
  'ERR_PARTY_UNKNOWN',
  'ERR_ADDRESS_REFUSED', // nothing is sent to such an address
  'ERR_TOO_MANY_WEBHOOKS',
] as const;

/** A code that a caller may see as a no. */
export type RefusedCode = RefusalCode | (typeof gatewayCodes)[number];

/** Every code a `Refused` can carry; an enum of the schema. */
export const refusedCodes: readonly RefusedCode[] = [...refusalCodes, ...gatewayCodes];

/** A no that the caller may see: a stable code and a sentence without values. The schema offers it as a type of its own. */
export class Refused extends Error {
  readonly code: RefusedCode;
  readonly reason: string;

  constructor(code: RefusedCode, reason: string) {
    super(`${code}: ${reason}`);
    this.name = 'Refused';
    this.code = code;
    this.reason = reason;
  }
}
