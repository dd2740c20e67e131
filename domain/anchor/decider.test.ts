import { describe, it } from '@jest/globals';
import { given } from '#test/given.ts';
import { anchorDecider } from './decider.ts';
import type { AnchorEvent } from './events.ts';

const cosignature = { time: 1_772_366_400, signature: 'A'.repeat(86) };
const anchored = (size: number, root = 'R', log: 'registry' | 'access' = 'registry'): AnchorEvent => ({
  type: 'TreeAnchored',
  data: { log, size, root: root.repeat(43), cosignature },
});
const anchor = (...of: Parameters<typeof anchored>) => ({ type: 'AnchorTree', data: anchored(...of).data });
const own = { id: 'civil-registry', agency: 'civil-registry' };

describe('an agency that has anchored nothing', () => {
  it('anchors a tree', () =>
    given(anchorDecider, [])
      .when(anchor(7), own)
      .then([anchored(7)]));
  it('is not spoken for by another', () =>
    given(anchorDecider, [])
      .when(anchor(7), { ...own, agency: 'election-office' })
      .refuses('ERR_AUTHORITY_INVALID'));
  it('anchors no empty tree', () => given(anchorDecider, []).when(anchor(0), own).refuses('ERR_MALFORMED'));
});

describe('an agency that has anchored a tree', () => {
  const known = given(anchorDecider, [anchored(7)]);

  it('anchors a larger one', () => known.when(anchor(8, 'S'), own).then([anchored(8, 'S')]));
  it('may say the same again', () => known.when(anchor(7), own).then([anchored(7)]));
  it('cannot say otherwise', () => known.when(anchor(7, 'S'), own).refuses('ERR_TREE_CONTRADICTED'));
  it('cannot go back', () => known.when(anchor(6), own).refuses('ERR_TREE_SHRINKS'));
  it('keeps its logs apart', () => known.when(anchor(1, 'S', 'access'), own).then([anchored(1, 'S', 'access')]));
  it('carries no private values', () =>
    known.when(anchor(8), { ...own, sealedClass: 'contact' }).refuses('ERR_DISCLOSURE_MISMATCH'));
});
