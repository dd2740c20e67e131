import { describe, expect, it } from '@jest/globals';
import { isClosed, traceKeys } from './keyTrace.ts';
import type { LedgerTrace } from './ledgerTrace.ts';

const place = { stream: 'identity-a', version: 1, class: 'identification', digests: 3, isPurged: true };
/** A value that was sealed in block 5, and epochs that began in these blocks at the two agencies. */
const traced = (civil: readonly number[], election: readonly number[]): LedgerTrace => ({
  ...{ stream: 'identity-a', events: 2, erased: undefined, places: [{ ...place, block: 5 }] },
  epochs: [
    ...civil.map((block, index) => ({ agency: 'civil', epoch: index + 1, block })),
    ...election.map((block, index) => ({ agency: 'election', epoch: index + 1, block })),
  ],
});
const having = (...epochs: readonly number[]) => ({
  agency: 'civil',
  transport: epochs.map((epoch) => ({ epoch, publicKey: 'p', privateKey: 's' })),
});

describe('the keys that could open a copy', () => {
  it('are those of the epoch in force, while any agency has not ended it', () => {
    const found = traceKeys(traced([0], [0]), having(1));
    expect(found.remains.map(({ where }) => where)).toEqual(['transport.json of civil', 'at election']);
    expect(isClosed(found)).toBe(false);
  });

  it('are gone when the own one is destroyed and the others have ended theirs', () => {
    const found = traceKeys(traced([0, 9], [0, 8]), having(2));
    expect(found.remains).toEqual([]);
    expect(isClosed(found)).toBe(true);
  });

  it('are not gone when the epoch is over and the key is still there', () => {
    const found = traceKeys(traced([0, 9], [0, 8]), having(1, 2));
    expect(found.remains).toMatchObject([{ what: expect.stringContaining('epoch 1') }]);
  });

  it('are those of the older epoch in the block in which the next began', () => {
    expect(traceKeys(traced([0, 5], [0, 5]), having(2)).remains).toEqual([]);
    expect(traceKeys(traced([0, 5], [0, 5]), having(1, 2)).remains).toHaveLength(1);
    expect(traceKeys(traced([0, 4], [0, 4]), having(2)).remains).toHaveLength(2);
  });

  it('are not known without the folder of the keys', () => {
    expect(isClosed(traceKeys(traced([0, 9], [0, 9]), { agency: 'civil', transport: undefined }))).toBe(false);
  });
});
