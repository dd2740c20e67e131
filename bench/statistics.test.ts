import { describe, expect, it } from '@jest/globals';
import { median, percentile, rounded } from './statistics.ts';

describe('samples', () => {
  it('have the middle one as their median, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  it('have the mean of the two in the middle as their median when they are even in number', () => {
    expect(median([1, 10, 2, 4])).toBe(3);
    expect(median([1, 2])).toBe(1.5);
  });

  it('have percentiles that are samples themselves', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
  });

  it('are never made up', () => {
    expect(() => median([])).toThrow('nothing was measured');
  });
});

describe('a figure', () => {
  it('keeps the digits that count', () => {
    expect(rounded(1234.56)).toBe(1235);
    expect(rounded(12.3456)).toBe(12.3);
  });
});
