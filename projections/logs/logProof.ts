import { writeProof } from '#ledger/log/proofFile.ts';
import { proofAt } from './keptTree.ts';
import type { NodeLog } from './nodeLog.ts';
import type { Database } from '../postgres/database.ts';
import { findCheckpoint, type KeptLog, noteOf } from './signedCheckpoint.ts';

/** What a proof file may have, so that it fits on paper and in a QR code: a checkpoint by two agencies is always below it. */
const mostBytes = 2048;

/** The proof file of a leaf; undefined while the log does not reach as far. `extra` is what its holder needs beside it. */
export async function findProof(
  parts: { readonly database: Database; readonly log: NodeLog },
  kept: KeptLog,
  { index, extra }: { readonly index: number; readonly extra?: Uint8Array },
): Promise<string | undefined> {
  const checkpoint = await findCheckpoint(parts, kept, index);
  if (checkpoint === undefined) return undefined;
  const path = await proofAt(parts.database.kysely, kept.tree, { index, size: checkpoint.size });
  const write = (cosigners: number) =>
    writeProof({ index, path, checkpoint: noteOf(checkpoint, cosigners), ...(extra !== undefined && { extra }) });
  for (let cosigners = checkpoint.cosigned.length; cosigners > 1; cosigners -= 1) {
    const proof = write(cosigners);
    if (Buffer.byteLength(proof) <= mostBytes) return proof;
  }
  return write(1);
}
