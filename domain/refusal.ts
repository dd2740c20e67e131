/** Every reason for which the rules of the registry say no; the codes are stable and part of the public interface. */
export const refusalCodes = [
  'ERR_MALFORMED', // not a command of the registry, or a value outside its shape
  'ERR_UNKNOWN_COMMAND', // no such command for this noun
  'ERR_BATCH_TOO_LARGE',
  'ERR_BACKDATED', // the transaction's time is earlier than the stream's last event
  'ERR_COMMAND_ID_REUSED', // the same command id came with other bytes
  'ERR_REFOLD_NEEDED', // a long stream whose head an older chaincode wrote
  'ERR_OUTCOME_UNKNOWN', // the command may have been done long ago; look it up by its id
  'ERR_AUTHORITY_MISSING',
  'ERR_AUTHORITY_INVALID', // unknown officer, foreign agency, expired, or a signature that does not hold
  'ERR_ROLE_MISSING',
  'ERR_AGENCY_UNKNOWN', // never admitted, or removed since: the node's own agency, or one that is to hold private values
  'ERR_ALREADY_EXISTS',
  'ERR_NOT_FOUND',
  'ERR_NOT_UNIQUE',
  'ERR_NOT_ACTIVE',
  'ERR_NOT_SUSPENDED',
  'ERR_NOT_MERGED',
  'ERR_CLOSED', // a final state: deactivated, deceased, merged, erased, retired, removed; a proposal that was answered
  'ERR_CLASS_UNKNOWN',
  'ERR_CLASS_RECORDED',
  'ERR_CLASS_NOT_RECORDED',
  'ERR_ATTRIBUTE_UNKNOWN',
  'ERR_ATTRIBUTE_REPEATED',
  'ERR_ATTRIBUTE_IMMUTABLE',
  'ERR_LANGUAGE_UNKNOWN',
  'ERR_SCHEMA_UNKNOWN',
  'ERR_SCHEMA_NOT_NEXT', // schema versions are published one after the other
  'ERR_DISCLOSURE_MISMATCH', // the private values are missing, or not those that the command names
  'ERR_NUMBER_INVALID',
  'ERR_TERMS_INVALID',
  'ERR_PERIOD_INVALID',
  'ERR_OFFICER_EXISTS',
  'ERR_OFFICER_UNKNOWN',
  'ERR_LAST_ADMINISTRATOR',
  'ERR_LAST_AGENCIES', // two that stay agree on who goes: one alone could never agree on anything again
  'ERR_APPROVAL_MISSING', // this takes a proposal that a second agency has approved
  'ERR_PROPOSAL_NOT_APPROVED', // unknown, open, rejected or withdrawn
  'ERR_PROPOSAL_EXPIRED',
  'ERR_PROPOSAL_SPENT', // a proposal is carried out once
  'ERR_PROPOSAL_MISMATCH', // another order than the approved one
  'ERR_SAME_AGENCY', // agreement takes two
  'ERR_STILL_IN_FORCE',
  'ERR_KEY_BOUND',
  'ERR_KEY_NOT_BOUND',
  'ERR_EPOCH_NOT_NEXT',
  'ERR_TREE_SHRINKS',
  'ERR_TREE_CONTRADICTED',
] as const;

/** One of them. */
export type RefusalCode = (typeof refusalCodes)[number];

/** The rules say no. The message begins with the code, because Fabric carries only the message. It never holds a value. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, reason: string) {
    super(`${code}: ${reason}`);
    this.name = 'Refusal';
    this.code = code;
  }
}
