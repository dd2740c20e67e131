// Far deeper than any document is, and far shallower than what overflows the stack of whoever walks through it.
const deepest = 64;

/** What is wrong with a value that is not well formed, for whoever sent it. */
export const illFormed = `a text holds U+0000 or half a surrogate pair, or values lie more than ${deepest} deep`;

/**
 * Whether a JSON value can be kept by every store, names of members included: U+0000 has no place in PostgreSQL, half a
 * surrogate pair has no UTF-8, and the depth has an end. One such text on the ledger would stop every node's ingest.
 */
export function isWellFormed(value: unknown): boolean {
  return fits(value, deepest);
}

function fits(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((each) => fits(each, depth - 1));
  return Object.entries(value).every(([name, each]) => fits(name, depth - 1) && fits(each, depth - 1));
}
