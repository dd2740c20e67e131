import { createHmac, hkdfSync } from 'node:crypto';

/**
 * What guards a value that only one stream may hold: HMAC-SHA-256 under a key derived for its kind. Numbers and handles
 * come from small spaces, so an unkeyed hash would be a leak.
 */
export function uniqueHash(registryKey: Uint8Array, kind: string, value: string): string {
  const key = Buffer.from(hkdfSync('sha256', registryKey, '', `plinth 1 unique ${kind}`, 32));
  return createHmac('sha256', key).update(value).digest('base64url');
}
