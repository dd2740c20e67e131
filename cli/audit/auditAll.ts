import type { Audit, AuditedBlock } from '#ledger/verify/audit.ts';
import { Discrepancy } from '#ledger/verify/discrepancy.ts';
import { openSources, type SourceOptions } from './source.ts';

/** How many agencies must have cosigned what a proof rests on. */
export const enoughAgencies = 2;

/** A ledger from which nothing can be proved, because it is not good itself. */
class LedgerFault extends Error {
  readonly code: Discrepancy['code'];

  constructor(block: number, { code, message }: Discrepancy) {
    super(`${code}: block ${block}: ${message}`);
    this.name = 'LedgerFault';
    this.code = code;
  }
}

/** Audits everything that a source has now, and hands over each good block. Throws where the ledger is bad. */
export async function auditAll(
  audit: Audit,
  options: SourceOptions,
  take: (bytes: Uint8Array, block: AuditedBlock) => void,
): Promise<void> {
  const sources = openSources(options);
  try {
    for await (const bytes of sources[0].blocks()) take(bytes, audit.take(bytes));
  } catch (error) {
    if (error instanceof Discrepancy) throw new LedgerFault(audit.height, error);
    throw error;
  } finally {
    for (const source of sources) source.close();
  }
}
