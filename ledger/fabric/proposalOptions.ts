import type { ProposalOptions } from '@hyperledger/fabric-gateway';
import { argumentOf, transientOf } from '../batch.ts';
import type { Submission } from '../ledger.ts';

/** A batch as Fabric's gateway takes it: for these agencies to endorse and nobody else to see. */
export function proposalOptions(batch: readonly Submission[], endorsers: readonly string[]): ProposalOptions {
  const transient = transientOf(batch);
  return {
    arguments: [argumentOf(batch)],
    endorsingOrganizations: [...endorsers],
    ...(transient && { transientData: transient }),
  };
}
