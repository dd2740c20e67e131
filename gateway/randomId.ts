import { randomBytes, randomInt } from 'node:crypto';

/** A new opaque id: 128 bits in 22 characters. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** Decimal digits from the system's CSPRNG, each equally likely. */
export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => String(randomInt(10))).join('');
}
