import { Audit, type Trust } from './audit.ts';
import { Discrepancy } from './discrepancy.ts';
import type { Report } from './report.ts';

/** Checks serialised blocks from block 0 on, up to the first that an honest ledger would not have written. */
export async function verifyBlocks(blocks: AsyncIterable<Uint8Array>, trust: Trust = {}): Promise<Report> {
  const audit = new Audit(trust);
  try {
    for await (const block of blocks) audit.take(block);
  } catch (error) {
    if (!(error instanceof Discrepancy)) throw error;
  }
  return audit.report();
}
