/** The code of a caught error (`ENOENT`…). Not by `instanceof`: under Jest, Node's own errors come from another realm. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
