import { verify, type KeyObject } from 'node:crypto';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of P-256, the curve of Fabric's identities

/** What is wrong with a signature, in words; undefined when it holds. Of the two values of s Fabric takes the low one only. */
export function findSignatureFault(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): string | undefined {
  if (key.asymmetricKeyType === 'ed25519')
    return verify(undefined, bytes, key, signature) ? undefined : 'a signature that does not hold';
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return 'a key that this tool cannot check';
  if (!verify('sha256', bytes, key, signature)) return 'a signature that does not hold';
  return secondInteger(signature) > order / 2n ? 'a signature with a high s' : undefined;
}

/** The s of a DER signature, whose form `verify` has checked just before. */
function secondInteger(signature: Uint8Array): bigint {
  const lengthOfR = signature[3] ?? 0;
  return BigInt(`0x${Buffer.from(signature.subarray(4 + lengthOfR + 2)).toString('hex')}`);
}
