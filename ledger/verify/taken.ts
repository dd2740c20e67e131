/** An event of a valid transaction, as it stands in a block that has been checked. */
export type TakenEvent = {
  readonly transaction: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The client's clock, in milliseconds. */
  readonly at: number;
  /** What stands under the event's key, verbatim: a leaf of the registry log. */
  readonly bytes: Uint8Array;
  /** All that it says. */
  readonly said: Readonly<Record<string, unknown>>;
  /** The commands of its transaction with its stream and id: an honest one has one, or repetitions of one. */
  readonly given: readonly Given[];
};

/** A command as it stands in the batch that the creator signed; nothing of it is checked yet. */
export type Given = { readonly place: number; readonly command: unknown };

/** A block that has been checked, with what it added. */
export type TakenBlock = {
  readonly number: number;
  readonly hash: Buffer;
  /** The recorded time, in milliseconds: the latest that any valid transaction so far has named. */
  readonly time: number;
  /** In the order of the registry log: transaction, then bytes of the key. */
  readonly events: readonly TakenEvent[];
  /** What heads of streams say that their events do not make. */
  readonly falsehoods: readonly { readonly transaction: number; readonly what: string }[];
  /** Whether it holds a configuration. */
  readonly configures: boolean;
  /** Transactions that define a chaincode. */
  readonly defining: readonly number[];
  /** The agencies whose endorsements of a transaction hold. */
  readonly endorsersOf: (transaction: number) => readonly string[];
};
