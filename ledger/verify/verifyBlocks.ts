import { Verification } from './verification.ts';
import { Discrepancy } from './discrepancy.ts';
import type { Report } from './report.ts';

export type Trust = {
  /** Hash of block 0 in hexadecimal. Without it block 0 is taken at its word. */
  readonly pinnedConfig?: string | undefined;
  /** Fabric's id of a chaincode package, to learn which agencies run it. */
  readonly packageId?: string | undefined;
};

/** Checks serialised blocks from block 0 on, up to the first that an honest ledger would not have written. */
export async function verifyBlocks(
  blocks: AsyncIterable<Uint8Array>,
  { pinnedConfig, packageId }: Trust = {},
): Promise<Report> {
  const verification = new Verification(pinnedConfig);
  try {
    for await (const block of blocks) verification.take(block);
  } catch (error) {
    if (!(error instanceof Discrepancy)) throw error;
    return verification.report({ packageId, what: error.message });
  }
  return verification.report({ packageId });
}
