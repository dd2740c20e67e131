import type { LogName } from '#domain/anchor/commands.ts';
import { checkpointText } from '#ledger/log/checkpoint.ts';
import { cosignatureLine } from '#ledger/log/cosignature.ts';
import { signAsLog } from '#ledger/log/logSignature.ts';
import { type NoteSignature, writeNote } from '#ledger/log/note.ts';
import { accessOriginOf, cosignerNameOf } from '#ledger/log/origin.ts';
import { type Anchor, findAnchoredSizes, findAnchorsAt, isSigned } from '../models/anchors.ts';
import { rootAt, type TreeTable } from './keptTree.ts';
import type { NodeLog } from './nodeLog.ts';
import type { Database } from '../postgres/database.ts';
import { findLogEnd, registryTree } from '../models/registryLog.ts';

/** One log of this node. */
export type KeptLog = {
  readonly name: LogName;
  readonly tree: TreeTable;
  /** How many agencies can sign a checkpoint of it: only its own node knows the tree of access records. */
  readonly signers: 1 | 2;
  /** Leaves it has now. */
  readonly size: (database: Database) => Promise<number>;
};

/** The log of the facts, which every node keeps alike. */
export const keptRegistryLog: KeptLog = {
  name: 'registry',
  tree: registryTree,
  signers: 2,
  size: async (database) => (await findLogEnd(database))?.size ?? 0,
};

/** A checkpoint with the signatures that this node can put under it. */
export type SignedCheckpoint = {
  readonly size: number;
  readonly text: string;
  /** This node's signature as the log. */
  readonly own: NoteSignature;
  /** What agencies have cosigned on the ledger, this node's own agency last. */
  readonly cosigned: readonly NoteSignature[];
};

type LogParts = { readonly database: Database; readonly log: NodeLog };

/** What a node calls a log of its own. */
export async function nameOf({ origin, agency }: NodeLog, { name }: Pick<KeptLog, 'name'>): Promise<string> {
  const registry = await origin();
  return name === 'registry' ? registry : accessOriginOf(registry, agency);
}

/** The text of the checkpoint of a log at a size. */
export async function textAt({ database, log }: LogParts, kept: KeptLog, size: number): Promise<string> {
  const root = await rootAt(database.kysely, kept.tree, size);
  return checkpointText({ origin: await nameOf(log, kept), size, root });
}

/**
 * The newest checkpoint that covers this many leaves and more, signed by two agencies if there is such a one; else the one of now.
 * Undefined while the log has no more leaves than that.
 */
export async function findCheckpoint(
  parts: LogParts,
  kept: KeptLog,
  above: number,
): Promise<SignedCheckpoint | undefined> {
  const size = await kept.size(parts.database);
  if (size <= above) return undefined;
  const sizes = await findAnchoredSizes(parts.database, kept.name, { above, agencies: kept.signers });
  for (const anchored of sizes.filter((each) => each <= size)) {
    const checkpoint = await checkpointAt(parts, kept, anchored);
    if (checkpoint.cosigned.length >= kept.signers) return checkpoint;
  }
  return checkpointAt(parts, kept, size);
}

async function checkpointAt(parts: LogParts, kept: KeptLog, size: number): Promise<SignedCheckpoint> {
  const { database, log } = parts;
  const [text, origin, registry] = await Promise.all([textAt(parts, kept, size), nameOf(log, kept), log.origin()]);
  const anchors = await findAnchorsAt(database, kept.name, size);
  const own = (anchor: Anchor) => (anchor.agency === log.agency ? 1 : 0);
  const cosigned = anchors
    .filter((anchor) => kept.name === 'registry' || own(anchor) === 1)
    .toSorted((one, other) => own(one) - own(other))
    // An agency can state another one's key as its own: one key is one voice.
    .filter(({ logKey }, index, all) => all.findIndex((each) => each.logKey === logKey) === index)
    .flatMap((anchor) => lineOf(anchor, text, registry));
  return { size, text, own: signAsLog(text, origin, log.key), cosigned };
}

// The signature covers the root: what another tree's root was signed under does not fit this text.
function lineOf(anchor: Anchor, text: string, registry: string): readonly NoteSignature[] {
  const { agency, logKey, cosignature } = anchor;
  if (logKey === null || !isSigned(anchor, text)) return [];
  return [cosignatureLine(cosignerNameOf(registry, agency), logKey, cosignature)];
}

/** The checkpoint as it is handed out. `cosigners`: how many of the cosignatures at most. */
export function noteOf({ text, own, cosigned }: SignedCheckpoint, cosigners = cosigned.length): string {
  return writeNote({ text, signatures: [own, ...cosigned.slice(0, cosigners)] });
}
