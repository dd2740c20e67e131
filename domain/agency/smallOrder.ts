// X25519 (RFC 7748): the field, and the points with which everybody agrees on the same secret, so that nothing can be sealed.
const prime = 2n ** 255n - 19n;
const smallOrder: readonly bigint[] = [
  0n,
  1n,
  prime - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

/** Whether a public X25519 key (raw, base64url) is of small order, in whatever way it is written. */
export function isOfSmallOrder(key: string): boolean {
  const bytes = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  const number = Array.from(bytes).reduceRight((sum, byte) => sum * 256n + BigInt(byte.charCodeAt(0)), 0n);
  return smallOrder.includes((number % 2n ** 255n) % prime); // the highest bit does not count
}
