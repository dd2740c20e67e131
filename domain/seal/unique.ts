import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * What guards a value that only one stream may hold: HMAC-SHA-256 under a key derived for its kind. Numbers and handles
 * come from small spaces, so an unkeyed hash would be a leak.
 */
export function uniqueHash(registryKey: Uint8Array, kind: string, value: string): string {
  return createHmac('sha256', kindKey(registryKey, kind)).update(value).digest('base64url');
}

// Few kinds, one registry key: each is derived once, and forgotten together with the registry key.
const kindKeys = new WeakMap<Uint8Array, Map<string, KeyObject>>();

function kindKey(registryKey: Uint8Array, kind: string): KeyObject {
  const known = kindKeys.get(registryKey) ?? new Map<string, KeyObject>();
  kindKeys.set(registryKey, known);
  const key =
    known.get(kind) ?? createSecretKey(Buffer.from(hkdfSync('sha256', registryKey, '', `plinth 1 unique ${kind}`, 32)));
  known.set(kind, key);
  return key;
}
