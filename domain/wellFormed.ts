/**
 * Whether every text anywhere inside a JSON value, names of members included, can be kept by every store: U+0000 has no
 * place in PostgreSQL, and half a surrogate pair has no UTF-8. One such text on the ledger would stop every node's ingest.
 */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (Array.isArray(value)) return value.every(isWellFormed);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, each]) => isWellFormed(name) && isWellFormed(each));
}
