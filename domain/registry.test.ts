import { describe, expect, it } from '@jest/globals';
import { nouns } from './envelope.ts';
import { deciderOf } from './registry.ts';

describe('the registry of rules', () => {
  it.each(nouns)('has the decider of %s under its own name', (noun) => {
    expect(deciderOf(noun).noun).toBe(noun);
  });
});
