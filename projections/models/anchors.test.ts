import { describe, expect, it } from '@jest/globals';
import { cosign } from '#ledger/log/cosignature.ts';
import { logKeyOf } from '#ledger/log/logKey.ts';
import { isSigned } from './anchors.ts';

const text = 'registry\n1\nAAAA\n';
const key = logKeyOf(Buffer.alloc(32, 1));
const cosignature = cosign(text, key, 1);

describe('what an agency anchored', () => {
  it('is signed by the key that it stated, and by no other', () => {
    expect(isSigned({ logKey: key.publicKey, cosignature }, text)).toBe(true);
    expect(isSigned({ logKey: logKeyOf(Buffer.alloc(32, 2)).publicKey, cosignature }, text)).toBe(false);
    expect(isSigned({ logKey: null, cosignature }, text)).toBe(false);
  });

  it('is not signed by a key that is none', () => {
    expect(isSigned({ logKey: `${'A'.repeat(42)}B`, cosignature }, text)).toBe(false);
  });
});
