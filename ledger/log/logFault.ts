/** What can be wrong with a piece of a log that somebody hands over. */
export type LogFaultCode =
  | 'ERR_LOG_KEY_MALFORMED'
  | 'ERR_NOTE_MALFORMED'
  | 'ERR_NOT_SIGNED'
  | 'ERR_SIGNATURE_WRONG'
  | 'ERR_TOO_FEW_SIGNERS'
  | 'ERR_CHECKPOINT_MALFORMED'
  | 'ERR_ORIGIN_WRONG'
  | 'ERR_PROOF_MALFORMED'
  | 'ERR_NOT_INCLUDED'
  | 'ERR_TILE_PATH_MALFORMED'
  | 'ERR_BUNDLE_MALFORMED'
  | 'ERR_ENTRY_TOO_LARGE';

/** The only error that the parsers and checks of this folder throw, whatever bytes they are given. */
export class LogFault extends Error {
  readonly code: LogFaultCode;

  constructor(code: LogFaultCode, what: string) {
    super(`${code}: ${what}`);
    this.name = 'LogFault';
    this.code = code;
  }
}

/** Throws the fault unless this holds. */
export function insist(holds: boolean, code: LogFaultCode, what: string): asserts holds {
  if (!holds) throw new LogFault(code, what);
}
