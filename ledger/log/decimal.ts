/** A count as the formats write it: digits without leading zeroes. Undefined for anything else, or from 2^48 on. */
export function countOf(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) return undefined;
  const count = Number(text);
  return count < 2 ** 48 ? count : undefined; // far beyond any registry, and exact in every arithmetic used here
}
