import { generateKeyPairSync } from 'node:crypto';
import * as z from 'zod';
import type { PublicKey } from '#domain/publicKey.ts';

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A private ES256 key as a JWK, for officers and parties of a demo country. */
export const SigningKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  d: coordinate,
});
export type SigningKey = z.infer<typeof SigningKey>;

/** A fresh signing key. */
export function newSigningKey(): SigningKey {
  return SigningKey.parse(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
}

/** What others may know of a signing key. */
export function publicHalf({ kty, crv, x, y }: SigningKey): PublicKey {
  return { kty, crv, x, y };
}
