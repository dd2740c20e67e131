/** What cannot be done with keys as they are; `code` is stable, and the message says what to do. */
export class KeyFault extends Error {
  readonly code: KeyFaultCode;

  constructor(code: KeyFaultCode, reason: string) {
    super(`${code}: ${reason}`);
    this.name = 'KeyFault';
    this.code = code;
  }
}

/** Everything that a KeyFault can say. */
export type KeyFaultCode =
  | 'ERR_EPOCH_UNKNOWN' // the keystore has no key of this epoch
  | 'ERR_EPOCH_NEEDED' // something could be opened by it alone
  | 'ERR_HAND_OVER_NOT_AGREED' // no agreement of two agencies on the ledger says so
  | 'ERR_HAND_OVER_DAMAGED' // not a hand-over, not whole, or not signed by the node that it names
  | 'ERR_REBUILD_RUNNING' // late values would reach the tables that it is about to replace
  | 'ERR_NODE_KEY_LOST'; // content keys are wrapped under a key that the keystore does not have
