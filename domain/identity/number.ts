import { checks } from './verhoeff.ts';

/** A country's rules for its identity numbers (country pack: `numbers.json`). A limit of 0 asks nothing. */
export type NumberRules = {
  /** The attribute of class `identification` that holds the number. */
  readonly attribute: string;
  /** Digits in all, the Verhoeff check digit included. */
  readonly length: number;
  /** The number may not begin with one of these. */
  readonly notStartingWith: readonly string[];
  /** No run of this many digits that each go up (or each go down) by one, 9 and 0 being neighbours. */
  readonly sequenceLimit: number;
  /** The same digit may not come again with fewer than this many digits between. */
  readonly repeatingLimit: number;
  /** No block of this many digits may occur twice. */
  readonly repeatingBlockLimit: number;
  /** No run of this many digits out of 2, 4, 6, 8. */
  readonly evenRunLimit: number;
  /** The first n digits are neither the last n nor their reverse (MOSIP: 5). */
  readonly mirrorLength: number;
  /** Digit strings that may not occur. */
  readonly restricted: readonly string[];
  /** Also refuse the cyclic numbers (142857 and its longer kin). */
  readonly refuseCyclic: boolean;
};

/** Whether a number can be one of this country's at all: length, digits, check digit. What may be issued is narrower. */
export function checkNumber(number: string, { length }: NumberRules): boolean {
  return number.length === length && /^[0-9]+$/.test(number) && checks(number);
}
