import { createHash, sign, verify, type KeyObject } from 'node:crypto';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of the curve P-256

/** Signs with ECDSA P-256 over SHA-256. Of the two valid values of s it takes the low one, because Fabric refuses the other. */
export function signLowS(key: KeyObject, bytes: Uint8Array): Buffer {
  const raw = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  const low = s > order / 2n ? Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex') : raw.subarray(32);
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(low)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** Whether a signature holds and has the low s. */
export function verifyLowS(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (!verify('sha256', bytes, key, signature)) return false;
  const s = signature.subarray(4 + (signature[3] ?? 0) + 2); // DER, which verify has just read: r with its header, then s
  return BigInt(`0x${Buffer.from(s).toString('hex')}`) <= order / 2n;
}

/** SHA-256 as bytes, the way Fabric's messages carry it. */
export function digest(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function integer(bytes: Buffer): Buffer {
  const shortest = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  const unsigned = (shortest[0] ?? 0) < 0x80 ? shortest : Buffer.concat([Buffer.of(0), shortest]); // DER integers are signed
  return Buffer.concat([Buffer.of(0x02, unsigned.length), unsigned]);
}
