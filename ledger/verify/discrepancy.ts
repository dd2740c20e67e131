/** A stream that does not go on from its own past stands out among what can be wrong. */
type DiscrepancyCode = 'ERR_LEDGER_BAD' | 'ERR_STREAM_REWRITTEN';

/** What an honest ledger would not have written, in words that name it. */
export class Discrepancy extends Error {
  /** Which alarm it is. */
  readonly code: DiscrepancyCode;

  constructor(what: string, code: DiscrepancyCode = 'ERR_LEDGER_BAD') {
    super(what);
    this.name = 'Discrepancy';
    this.code = code;
  }
}

/** Throws the discrepancy unless this holds. */
export function demand(holds: boolean, what: string, code?: DiscrepancyCode): asserts holds {
  if (!holds) throw new Discrepancy(what, code);
}

/** The value that must be there. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Discrepancy(`${what} is missing`);
  return value;
}

type Message = { serializeBinary(): Uint8Array };

/** Reads a message, and refuses bytes that it would not be written as again: nothing may hide in them. */
export function readWhole<M extends Message>(read: (bytes: Uint8Array) => M, bytes: Uint8Array, name: string): M {
  const message = readMessage(read, bytes, name);
  demand(Buffer.compare(message.serializeBinary(), bytes) === 0, `${name} holds bytes that mean nothing`);
  return message;
}

/** Reads a message as far as it can be read. */
export function readMessage<M>(read: (bytes: Uint8Array) => M, bytes: Uint8Array, name: string): M {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof Discrepancy) throw error;
    throw new Discrepancy(`${name} cannot be read`); // the decoder's own words are about offsets, not about blocks
  }
}
