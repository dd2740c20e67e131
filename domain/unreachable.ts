/** Ends a switch over a union: a new member breaks the build exactly where somebody must decide about it. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
