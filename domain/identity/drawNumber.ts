import type { NumberRules } from './number.ts';
import { passesFilters } from './numberFilters.ts';
import { checkDigit } from './verhoeff.ts';

// With MOSIP's rules about every seventeenth candidate passes, so this many fail only where the rules leave no numbers.
const attempts = 100_000;

/** Draws a number that may be issued. `randomDigits(n)` gives n digits from a cryptographically secure source. */
export function drawNumber(rules: NumberRules, randomDigits: (count: number) => string): string {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const digits = randomDigits(rules.length - 1);
    const candidate = digits + checkDigit(digits);
    if (passesFilters(candidate, rules)) return candidate;
  }
  throw new Error('the number rules leave too few numbers to draw from');
}
