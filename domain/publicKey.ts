import * as z from 'zod';

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A public key that signs for an officer or a party, as a JWK (RFC 7517): P-256 (ES256) or Ed25519 (EdDSA). */
export const PublicKey = z.union([
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    kid: z.string().max(64).optional(),
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: coordinate,
    kid: z.string().max(64).optional(),
  }),
]);
export type PublicKey = z.infer<typeof PublicKey>;
