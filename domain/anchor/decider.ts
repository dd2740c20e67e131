import type { Circumstances, Decider } from '../decider.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { AnchorTree } from './commands.ts';
import type { AnchorCommand, LogName } from './commands.ts';
import type { AnchorEvent, TreeAnchored } from './events.ts';

type TreeHead = { readonly size: number; readonly root: string };

/** The newest anchor of each log. */
export type Anchors = { readonly [log in LogName]?: TreeHead };

/**
 * The rules of anchors. Nobody here knows the trees: whether a root is the right one is for every node and auditor to
 * compute. What an agency has once said about its log it cannot unsay.
 */
export const anchorDecider: Decider<Anchors, AnchorCommand, AnchorEvent> = {
  noun: 'anchor',
  initial: {},
  parse: commandParser([AnchorTree]),
  decide: (command, state, circumstances) => [anchor(command, state, circumstances)],
  evolve: (state, { data: { log, size, root } }) => ({ ...state, [log]: { size, root } }),
};

function anchor({ data }: AnchorTree, state: Anchors, circumstances: Circumstances): TreeAnchored {
  refusePrivateValues(circumstances);
  if (circumstances.agency !== circumstances.id)
    throw new Refusal('ERR_AUTHORITY_INVALID', 'an agency anchors its own logs only');
  const last = state[data.log];
  if (last !== undefined && data.size < last.size) throw new Refusal('ERR_TREE_SHRINKS', 'a log never gets shorter');
  if (last?.size === data.size && last.root !== data.root)
    throw new Refusal('ERR_TREE_CONTRADICTED', 'this agency has anchored another root at this size');
  return { type: 'TreeAnchored', data };
}
