import type { Anchor } from '../models/anchors.ts';
import { keptRegistryLog, textAt } from './signedCheckpoint.ts';
import { isSigned } from '../models/anchors.ts';
import { rootAt } from './keptTree.ts';
import type { NodeLog } from './nodeLog.ts';
import type { Database } from '../postgres/database.ts';

/** What is wrong with what an agency has stated about the registry log. */
export type AnchorFault = {
  readonly agency: string;
  readonly size: number;
  readonly code: 'ERR_ROOT_DISAGREES' | 'ERR_SIZE_UNREACHED' | 'ERR_COSIGNATURE_WRONG' | 'ERR_LOG_KEY_UNKNOWN';
};

type CheckParts = { readonly database: Database; readonly log: NodeLog };

/**
 * Holds an anchor against this node's own tree, which has `end` leaves; undefined when all is well. The blocks up to the anchor
 * itself have been read, so a size beyond their leaves is one that the log did not have when it was stated.
 */
export async function findAnchorFault(
  parts: CheckParts,
  anchor: Anchor,
  end: number,
): Promise<AnchorFault | undefined> {
  const { agency, size, root } = anchor;
  if (size > end) return { agency, size, code: 'ERR_SIZE_UNREACHED' };
  const own = await rootAt(parts.database.kysely, keptRegistryLog.tree, size);
  if (Buffer.from(own).toString('base64url') !== root) return { agency, size, code: 'ERR_ROOT_DISAGREES' };
  if (anchor.logKey === null) return { agency, size, code: 'ERR_LOG_KEY_UNKNOWN' };
  const text = await textAt(parts, keptRegistryLog, size);
  return isSigned(anchor, text) ? undefined : { agency, size, code: 'ERR_COSIGNATURE_WRONG' };
}
