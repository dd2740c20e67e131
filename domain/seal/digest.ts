import { hash } from 'node:crypto';

/** base64url SHA-256 of bytes, or of a text in UTF-8. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'base64url');
}
