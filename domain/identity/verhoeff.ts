// Verhoeff's check digit (J. Verhoeff, Error Detecting Decimal Codes, 1969): multiplication in the dihedral group of
// the pentagon, after a permutation that depends on the place. It catches every wrong digit and every swap of neighbours.
const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
const permutations = powersOf(permutation, 8);

/** The digit to put behind these digits. */
export function checkDigit(digits: string): string {
  const product = checksum(`${digits}0`);
  return String(product < 5 ? (5 - product) % 5 : product); // turns have opposites, reflections are their own
}

/** Whether the last digit is the check digit of those before it. */
export function checks(digits: string): boolean {
  return checksum(digits) === 0;
}

function checksum(digits: string): number {
  return Array.from(digits)
    .reverse()
    .reduce((sum, digit, place) => {
      const permuted = permutations[place % permutations.length]?.[Number(digit)];
      if (permuted === undefined) throw new Error('not a digit');
      return multiply(sum, permuted);
    }, 0);
}

// 0 to 4 are the turns of a pentagon, 5 to 9 its reflections.
function multiply(left: number, right: number): number {
  if (left < 5) return right < 5 ? (left + right) % 5 : 5 + ((left + right) % 5);
  return right < 5 ? 5 + ((left - right) % 5) : (5 + left - right) % 5;
}

function powersOf(base: readonly number[], count: number): readonly (readonly number[])[] {
  const powers = [base.map((_, digit) => digit)];
  while (powers.length < count) powers.push(base.map((digit) => powers.at(-1)?.[digit] ?? digit));
  return powers;
}
