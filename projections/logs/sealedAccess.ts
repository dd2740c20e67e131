import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import * as z from 'zod';

/** An access record for a store that cannot forget: only its key opens it, and its commitment stands in the access log. */
export type SealedAccess = z.infer<typeof SealedAccess>;
export const SealedAccess = z.object({
  commitment: z.string().regex(/^[0-9a-f]{64}$/),
  sealed: z.base64url().optional(),
});

const block = 256; // bytes; a record's length would tell how many attributes were asked for
const [nonceLength, tagLength] = [12, 16];

/** Seals the record's canonical JSON under a key of its own (AES-256-GCM, padded); `accessId` binds it to its event. */
export function sealAccess(key: Uint8Array, accessId: string, body: string): SealedAccess {
  const bytes = Buffer.from(body);
  const padded = Buffer.alloc(Math.ceil(bytes.length / block) * block, ' '); // blanks at its end are no part of the JSON
  bytes.copy(padded);
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(accessId));
  const sealed = Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  return { commitment: hash('sha256', body), sealed: sealed.toString('base64url') };
}

/** The record; undefined where key, id and commitment do not fit. */
export function openAccess(
  key: Uint8Array,
  accessId: string,
  { commitment, sealed }: SealedAccess,
): string | undefined {
  const bytes = Buffer.from(sealed ?? '', 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
      .setAAD(Buffer.from(accessId))
      .setAuthTag(bytes.subarray(-tagLength));
    const padded = Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]);
    const body = padded.toString().trimEnd();
    return hash('sha256', body) === commitment ? body : undefined;
  } catch {
    return undefined; // the caller keeps the commitment
  }
}
