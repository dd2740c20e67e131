import { describe, expect, it } from '@jest/globals';
import { tableOf } from './table.ts';

describe('the table of results', () => {
  it('shows value, rival and ratio, and whether the first mark is reached', () => {
    const text = tableOf([
      { name: 'fabric.identities.grouped', value: 500, unit: '/s', baseline: 100, ratio: 5, note: 'quiet machine' },
      { name: 'rebuild.events', value: 1000, unit: '/s' },
      { name: 'import.rows', value: 80, unit: '/s' },
    ]);
    expect(text).toMatch(/fabric\.identities\.grouped +500 \/s +100 +5 +ratio ≥ 3 +reached/);
    expect(text).toMatch(/rebuild\.events +1000 \/s +- +- +≥ 20000 +NOT REACHED/);
    expect(text).toMatch(/import\.rows +80 \/s +- +- +report\n/);
    expect(text).toContain('fabric.identities.grouped: quiet machine');
  });
});
