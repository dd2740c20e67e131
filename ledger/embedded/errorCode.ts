/** The code of a system error (`ENOENT`…), undefined for anything else. Works across realms, where `instanceof Error` does not. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
