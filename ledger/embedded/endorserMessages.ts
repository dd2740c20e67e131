import type { Certified } from './certificates.ts';
import type { Endorsement } from './endorser.ts';
import type { Holder } from './identities.ts';
import type { SignedProposal } from './proposal.ts';
import type { Stored } from './versionedMap.ts';

/** Everything a child process needs to endorse for one agency. Keys travel through the pipe, never through arguments or environment. */
export type ChildSetting = {
  readonly channel: string;
  readonly agency: string;
  readonly peer: Certified;
  readonly holders: readonly Holder[];
  readonly collections: readonly string[];
  readonly registryKey: Uint8Array;
  readonly clockOffset: number;
};

/** What the ledger tells an endorser. `task` numbers a proposal, `question` a read of its simulation. */
export type ToEndorser =
  | { readonly kind: 'start'; readonly setting: ChildSetting }
  | { readonly kind: 'endorse'; readonly task: number; readonly proposal: SignedProposal }
  | { readonly kind: 'value'; readonly question: number; readonly stored: Stored | undefined };

/** What an endorser tells the ledger. */
export type FromEndorser =
  | {
      readonly kind: 'read' | 'readHash';
      readonly task: number;
      readonly question: number;
      readonly collection: string;
      readonly key: string;
    }
  | { readonly kind: 'endorsed'; readonly task: number; readonly endorsement: Endorsement }
  | { readonly kind: 'refused'; readonly task: number; readonly message: string };
