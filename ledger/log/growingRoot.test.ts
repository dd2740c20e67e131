import { describe, expect, it } from '@jest/globals';
import { GrowingRoot } from './growingRoot.ts';
import { Tree } from './tree.ts';
import { leafHash } from './treeHash.ts';

describe('a root that grows', () => {
  it('is that of the whole tree at every size', () => {
    const growing = new GrowingRoot();
    const tree = new Tree();
    for (let size = 0; size <= 70; size += 1) {
      expect(growing.size).toBe(size);
      expect(Buffer.from(growing.root())).toEqual(Buffer.from(tree.root()));
      const leaf = leafHash(Buffer.from(`entry ${size}`));
      growing.append(leaf);
      tree.append(leaf);
    }
  });
});
