import { randomBytes, randomInt } from 'node:crypto';

/** A new opaque id: 128 bits in 22 characters, the first of them no dash: a command line would take it for an option. */
export function randomId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? randomId() : id;
}

/** Decimal digits from the system's CSPRNG, each equally likely. */
export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => String(randomInt(10))).join('');
}
