import { base64, bytesOf } from './base64.ts';
import { countOf } from './decimal.ts';
import { insist, LogFault } from './logFault.ts';
import { hashLength } from './treeHash.ts';

/** A tree at one moment: which log, how many leaves, and the root over them. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

/** The text of a C2SP checkpoint, which is what gets signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** Reads the text of a checkpoint. Our logs write no extension lines, so none are taken. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', sizeLine = '', rootLine = '', end, ...more] = text.split('\n');
  insist(end === '' && more.length === 0, 'ERR_CHECKPOINT_MALFORMED', 'a checkpoint has three lines');
  insist(origin !== '', 'ERR_CHECKPOINT_MALFORMED', 'a checkpoint names its log');
  const size = countOf(sizeLine);
  const root = bytesOf(rootLine);
  if (size === undefined) throw new LogFault('ERR_CHECKPOINT_MALFORMED', 'its second line is no tree size');
  if (root?.length !== hashLength) throw new LogFault('ERR_CHECKPOINT_MALFORMED', 'its third line is no root hash');
  return { origin, size, root };
}
