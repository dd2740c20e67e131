import type { NumberRules } from './number.ts';

/** Whether a number may be issued: easy to remember is easy to guess and to mistype, so patterns are left out. */
export function passesFilters(number: string, rules: NumberRules): boolean {
  return !filters.some((refuses) => refuses(number, rules));
}

type Filter = (number: string, rules: NumberRules) => boolean;

const filters: readonly Filter[] = [
  (number, { notStartingWith }) => notStartingWith.some((start) => number.startsWith(start)),
  (number, { sequenceLimit }) => hasSequence(number, sequenceLimit),
  (number, { repeatingLimit: n }) => n > 0 && new RegExp(`(\\d)\\d{0,${n - 1}}\\1`).test(number),
  (number, { repeatingBlockLimit: n }) => n > 0 && new RegExp(`(\\d{${n}})\\d*\\1`).test(number),
  (number, { evenRunLimit: n }) => n > 0 && new RegExp(`[2468]{${n}}`).test(number),
  (number, { mirrorLength }) => isMirrored(number, mirrorLength),
  (number, { restricted }) => restricted.some((part) => number.includes(part)),
  (number, { refuseCyclic }) => refuseCyclic && cyclicNumbers.some((cyclic) => number.includes(cyclic)),
];

function hasSequence(number: string, limit: number): boolean {
  return limit > 0 && (longestRun(number, 1) >= limit || longestRun(number, 9) >= limit);
}

// A step of 9 modulo 10 is one down.
function longestRun(number: string, step: number): number {
  let longest = 1;
  let run = 1;
  for (let place = 1; place < number.length; place += 1) {
    const follows = (Number(number[place - 1]) + step) % 10 === Number(number[place]);
    run = follows ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

function isMirrored(number: string, length: number): boolean {
  if (length === 0) return false;
  const start = number.slice(0, length);
  const end = number.slice(-length);
  return start === end || start === Array.from(end).reverse().join('');
}

// The periods of 1/p that are as long as they can be: 142857 for 7, and those that fit into the longest number (32 digits).
const cyclicNumbers = [7, 17, 19, 23, 29].map(periodOf);

function periodOf(prime: number): string {
  let remainder = 1;
  let digits = '';
  do {
    digits += String(Math.floor((remainder * 10) / prime));
    remainder = (remainder * 10) % prime;
  } while (remainder !== 1);
  return digits;
}
