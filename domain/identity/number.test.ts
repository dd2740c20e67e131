import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mosipRules, plainRules } from '#test/numberRules.ts';
import { drawNumber } from './drawNumber.ts';
import { checkNumber } from './number.ts';
import type { NumberRules } from './number.ts';
import { passesFilters } from './numberFilters.ts';
import { checkDigit, checks } from './verhoeff.ts';

const digit = fc.integer({ min: 0, max: 9 });
const numbers = fc.array(digit, { minLength: 1, maxLength: 31 }).map((digits) => withCheckDigit(digits.join('')));

function withCheckDigit(digits: string): string {
  return digits + checkDigit(digits);
}

function replaceAt(number: string, place: number, digits: string): string {
  return number.slice(0, place) + digits + number.slice(place + digits.length);
}

/** Digits of a linear congruential generator (Numerical Recipes): the same ones in every run. */
function seededDigits(seed: number): (count: number) => string {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * 10);
  };
  return (count) => Array.from({ length: count }, next).join('');
}

describe("Verhoeff's check digit", () => {
  it.each([
    ['236', '3'],
    ['12345', '1'],
    ['142857', '0'],
    ['84736430954837284567892', '2'],
  ])('of %s is %s', (digits, expected) => {
    expect(checkDigit(digits)).toBe(expected);
  });

  it('fits the digits it was made for', () => {
    fc.assert(fc.property(numbers, (number) => checks(number)));
  });

  it('catches every wrong digit', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), digit, (number, at, other) => {
        const wrong = replaceAt(number, at % number.length, String(other));
        return wrong === number || !checks(wrong);
      }),
      { numRuns: 2000 },
    );
  });

  it('catches every swap of neighbours', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (number, at) => {
        const place = at % (number.length - 1);
        const swapped = replaceAt(number, place, `${number.charAt(place + 1)}${number.charAt(place)}`);
        return swapped === number || !checks(swapped);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not made for anything but digits', () => {
    expect(() => checkDigit('12x')).toThrow('not a digit');
  });
});

describe('a number that comes in', () => {
  const number = withCheckDigit('111111111');

  it('needs length, digits and check digit, and no more', () => {
    expect(checkNumber(number, mosipRules)).toBe(true);
    expect(passesFilters(number, mosipRules)).toBe(false);
  });

  it.each([`${number}0`, number.slice(1), replaceAt(number, 3, '7'), replaceAt(number, 3, 'x'), '', '١١١١١١١١١١'])(
    '%p is none',
    (wrong) => {
      expect(checkNumber(wrong, mosipRules)).toBe(false);
    },
  );
});

describe('a number that goes out', () => {
  const plain = '5839204175';

  it('passes where nothing is asked', () => {
    expect(passesFilters('1111111111', plainRules)).toBe(true);
  });

  const cases: readonly (readonly [string, Partial<NumberRules>, string])[] = [
    ['begins with none of the starts left out', { notStartingWith: ['0', '1'] }, '1592637485'],
    ['does not climb', { sequenceLimit: 3 }, '5839204567'],
    ['does not climb past nine', { sequenceLimit: 3 }, '5389012475'],
    ['does not descend', { sequenceLimit: 3 }, '5843204175'],
    ['does not descend past zero', { sequenceLimit: 3 }, '5810974250'],
    ['has no digit twice in a row', { repeatingLimit: 2 }, '5839224175'],
    ['has no digit again after one other', { repeatingLimit: 2 }, '5839294175'],
    ['has no block twice', { repeatingBlockLimit: 2 }, '5839204158'],
    ['has no block twice in a row', { repeatingBlockLimit: 2 }, '5858204179'],
    ['has no run of even digits', { evenRunLimit: 3 }, '5824604175'],
    ['does not repeat its first half', { mirrorLength: 5 }, '5839258392'],
    ['does not mirror its first half', { mirrorLength: 5 }, '5839229385'],
    ['has no restricted part', { restricted: ['786', '666'] }, '5837860415'],
    ['has no cyclic number', { refuseCyclic: true }, '5142857039'],
    ['has no longer cyclic number', { refuseCyclic: true, length: 20 }, '50588235294117647123'],
  ];
  it.each(cases)('%s', (_, rule, refused) => {
    expect(passesFilters(plain, { ...plainRules, ...rule })).toBe(true);
    expect(passesFilters(refused, { ...plainRules, ...rule })).toBe(false);
    expect(passesFilters(refused, plainRules)).toBe(true);
  });

  it('may have a digit again after two others, and a run of two', () => {
    expect(passesFilters('5835', { ...plainRules, repeatingLimit: 2 })).toBe(true);
    expect(passesFilters('5683', { ...plainRules, sequenceLimit: 3 })).toBe(true);
    expect(passesFilters('5203', { ...plainRules, evenRunLimit: 2 })).toBe(true);
  });

  it("is about every seventeenth candidate under MOSIP's rules", () => {
    const digits = seededDigits(20260301);
    const candidates = Array.from({ length: 20_000 }, () => withCheckDigit(digits(9)));
    const share = candidates.filter((candidate) => passesFilters(candidate, mosipRules)).length / candidates.length;
    expect(share).toBeGreaterThan(0.052);
    expect(share).toBeLessThan(0.064);
  });
});

describe('drawing a number', () => {
  it('gives one that checks and passes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 8, max: 12 }), (seed, length) => {
        const rules = { ...mosipRules, length };
        const number = drawNumber(rules, seededDigits(seed));
        return checkNumber(number, rules) && passesFilters(number, rules);
      }),
      { numRuns: 50 },
    );
  });

  it('ends when the rules leave no number', () => {
    expect(() => drawNumber({ ...plainRules, restricted: ['1'] }, (count) => '1'.repeat(count))).toThrow(
      'too few numbers',
    );
  });
});
