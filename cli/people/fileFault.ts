/** A people file that cannot be read to its end, or no place for its rejected rows; nothing has been written. `code` is stable. */
export class FileFault extends Error {
  readonly code:
    | 'ERR_FILE_NOT_FOUND'
    | 'ERR_FILE_EMPTY'
    | 'ERR_FILE_ENCODING'
    | 'ERR_FILE_BROKEN_LINE'
    | 'ERR_COLUMN_MISSING'
    | 'ERR_COLUMN_REPEATED'
    | 'ERR_REJECTED_FILE'
    | 'ERR_NO_MAPPING';
  readonly reason: string;

  constructor(code: FileFault['code'], reason: string, cause?: unknown) {
    super(`${code}: ${reason}`, { cause });
    this.name = 'FileFault';
    this.code = code;
    this.reason = reason;
  }
}
