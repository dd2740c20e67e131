import { randomBytes } from 'node:crypto';
import type { ProposalOptions } from '@hyperledger/fabric-gateway';
import type { Submission } from '../ledger.ts';
import { isPrivate } from './endorsers.ts';

/** A batch as the contract takes it: commands as the argument, and beside it what must not stay on the ledger. */
export function proposalOptions(batch: readonly Submission[], endorsers: readonly string[]): ProposalOptions {
  return {
    arguments: [JSON.stringify({ commands: batch.map(({ command }) => command) })],
    endorsingOrganizations: [...endorsers],
    ...(batch.some(isPrivate) && { transientData: privateValuesOf(batch) }),
  };
}

function privateValuesOf(batch: readonly Submission[]): Record<string, Uint8Array> {
  const disclosures = Object.fromEntries(
    batch.filter(isPrivate).map(({ command, disclosures: values }) => [command.id, values]),
  );
  return { seed: randomBytes(32), disclosures: Buffer.from(JSON.stringify(disclosures)) };
}
