import type { Outcome } from '#domain/envelope.ts';
import type { Submission } from './ledger.ts';

/** What a ledger can do with one batch. The committer stands on this, so both ledgers share its retries. */
export type Transactor = {
  /** Has the batch decided by enough agencies. Nothing has happened yet when this throws. */
  readonly endorse: (batch: readonly Submission[]) => Promise<Endorsed>;
};

/** A batch that enough agencies have decided alike, and that nobody has ordered yet. */
export type Endorsed = {
  readonly transactionId: string;
  /** One per submission, in order. */
  readonly outcomes: readonly Outcome[];
  /**
   * Has the same agencies decide some of it again, once the own one has seen what others have committed; undefined where they
   * cannot have seen less. Throws like `endorse`.
   */
  readonly reconsider: ((batch: readonly Submission[]) => Promise<Endorsed>) | undefined;
  /** Orders the transaction and waits for what became of it. Never submits a second transaction. Throws LedgerUnavailable if that cannot be learned. */
  readonly commit: () => Promise<TransactionResult>;
};

/** Fabric's validation code (0 valid, 11 and 12 conflicts) and the block that carries the transaction. */
export type TransactionResult = { readonly code: number; readonly block: number };

/** Nothing happened. `retryable`: the same batch may be tried again a little later (a peer was behind, a chaincode restarts). */
export class EndorsementFailed extends Error {
  readonly retryable: boolean;

  constructor(message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'EndorsementFailed';
    this.retryable = options.retryable;
  }
}
