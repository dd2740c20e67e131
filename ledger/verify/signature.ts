import { verify, type KeyObject } from 'node:crypto';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of P-256, the curve of Fabric's identities
const highest = Buffer.from((order / 2n).toString(16).padStart(64, '0'), 'hex');

/** A public key, and how its holder signs; no algorithm where it is of a kind that this tool cannot check. */
export type SignatureKey = { readonly publicKey: KeyObject; readonly algorithm: 'ES256' | 'EdDSA' | undefined };

/** How the holder of a public key signs. To ask the key costs as much as a hash, so it is asked once. */
export function signatureKeyOf(publicKey: KeyObject): SignatureKey {
  if (publicKey.asymmetricKeyType === 'ed25519') return { publicKey, algorithm: 'EdDSA' };
  const isP256 = publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return { publicKey, algorithm: isP256 ? 'ES256' : undefined };
}

/** What is wrong with a signature, in words; undefined when it holds. Of the two values of s Fabric takes the low one only. */
export function findSignatureFault(
  { publicKey, algorithm }: SignatureKey,
  bytes: Uint8Array,
  signature: Uint8Array,
): string | undefined {
  if (algorithm === undefined) return 'a key that this tool cannot check';
  if (!verify(algorithm === 'ES256' ? 'sha256' : undefined, bytes, publicKey, signature))
    return 'a signature that does not hold';
  return algorithm === 'ES256' && isHigh(secondInteger(signature)) ? 'a signature with a high s' : undefined;
}

/** The s of a DER signature, whose form `verify` has checked just before. */
function secondInteger(signature: Uint8Array): Uint8Array {
  const lengthOfR = signature[3] ?? 0;
  return signature.subarray(4 + lengthOfR + 2);
}

/** DER writes an integer in as few bytes as it can, and a byte more where it would read as negative. */
function isHigh(integer: Uint8Array): boolean {
  if (integer.length !== highest.length) return integer.length > highest.length;
  return Buffer.compare(integer, highest) > 0;
}
