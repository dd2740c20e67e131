import { Verification } from './verification.ts';
import { Discrepancy } from './discrepancy.ts';
import type { Report } from './report.ts';

/** What is trusted beforehand: the hash of block 0, in hexadecimal. Without it block 0 is taken at its word. */
export type Trust = { readonly pinnedConfig?: string | undefined };

/** Checks serialised blocks from block 0 on, up to the first that an honest ledger would not have written. */
export async function verifyBlocks(blocks: AsyncIterable<Uint8Array>, { pinnedConfig }: Trust = {}): Promise<Report> {
  const verification = new Verification(pinnedConfig);
  try {
    for await (const block of blocks) verification.take(block);
  } catch (error) {
    if (!(error instanceof Discrepancy)) throw error;
    return verification.report(error.message);
  }
  return verification.report();
}
