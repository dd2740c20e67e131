import type { HistoryRange } from './historyPage.ts';

/** A checkpoint of the registry log, and the hashes that show that its tree begins with a smaller one. */
export type HistoryProof = {
  /** A signed note, verbatim. */
  readonly checkpoint: string;
  /** Empty when the checkpoint is not larger than what was asked about. */
  readonly consistency: readonly Uint8Array[];
};

/** Another agency's node that tells what it has read of the ledger. What it says is its word alone, until it is checked. */
export type HistorySource = {
  readonly agency: string;
  /** A page as it is hashed: see `writeHistoryPage`. */
  readonly page: (range: HistoryRange) => Promise<string>;
  /** The SHA-256 of the same page, base64url. */
  readonly digest: (range: HistoryRange) => Promise<string>;
  /** Its newest checkpoint that two agencies have signed, against the tree of this many leaves. */
  readonly proof: (size: number) => Promise<HistoryProof>;
};
