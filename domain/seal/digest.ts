import { createHash } from 'node:crypto';

/** base64url SHA-256 of bytes, or of a text in UTF-8. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
