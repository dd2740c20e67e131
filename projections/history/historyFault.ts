/** Why the history that other nodes tell is not taken. */
export type HistoryFaultCode =
  | 'ERR_SOURCE_UNREACHABLE' // no address, no answer, or one that says no
  | 'ERR_SOURCE_INVALID' // what came is no answer, or not signed by that agency's node
  | 'ERR_SOURCES_DISAGREE' // the two nodes tell different facts, places or logs
  | 'ERR_PLACE_WRONG' // facts do not stand one behind the other
  | 'ERR_CHAIN_BROKEN' // an event is not the successor of its stream's event before
  | 'ERR_NOT_COSIGNED' // too few agencies have signed a checkpoint that covers all of it
  | 'ERR_CHECKPOINT_WRONG' // a checkpoint of another log, or a signature that does not fit
  | 'ERR_ROOT_DISAGREES' // the facts do not make the tree that was signed
  | 'ERR_HEAD_DISAGREES'; // a stream does not end as the state of the own peer says

/** The history of other nodes was not taken; the code is stable, and the message says what does not fit. */
export class HistoryFault extends Error {
  readonly code: HistoryFaultCode;

  constructor(code: HistoryFaultCode, reason: string, cause?: unknown) {
    super(`${code}: ${reason}`, { cause });
    this.name = 'HistoryFault';
    this.code = code;
  }
}
