import { outOf } from './channelConfig.ts';
import type { NetworkOptions } from './options.ts';

/**
 * One private collection per attribute class, whose values its members alone get and read.
 * `requiredPeerCount` 0 loses nothing: an endorser keeps what it endorsed, and at least two members endorse.
 */
export function collectionConfigs(classes: NetworkOptions['classes']): readonly object[] {
  return Object.entries(classes).map(([name, { members }]) => ({
    name,
    policy: outOf(1, members, 'member'),
    requiredPeerCount: 0,
    maxPeerCount: members.length - 1,
    blockToLive: 0,
    memberOnlyRead: true,
    // An agency that holds none of a person's values may erase them all. The contract keeps others from sealing.
    memberOnlyWrite: false,
  }));
}
