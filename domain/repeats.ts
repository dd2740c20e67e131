/** Whether a name comes more than once. */
export function repeats(names: readonly string[]): boolean {
  return new Set(names).size !== names.length;
}
