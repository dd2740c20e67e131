import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import { agree, newTransportKey, privateKeyOf, publicKeyOf } from './transportKey.ts';

/** A content key on its way from one agency to another; `place` (`stream version`) says to which entry it belongs. */
export type CarriedKey = { readonly place: string; readonly wrapped: string };

/** Wraps content keys for another agency's transport key. One carrier wraps one key for a place, never two. */
export type Carrier = { readonly ephemeral: string; readonly wrap: (place: string, contentKey: Uint8Array) => string };

const zeroNonce = Buffer.alloc(12); // every key below encrypts exactly one content key, so the nonce need not vary

/** Makes a carrier to the holder of a transport key; `errand` says who hands over what to whom, and is bound into every wrap. */
export function carrierTo(transportKey: string, errand: string): Carrier {
  const { publicKey, privateKey } = newTransportKey();
  const shared = agree(privateKeyOf(bytesOf(privateKey)), publicKeyOf(bytesOf(transportKey)));
  return {
    ephemeral: publicKey,
    wrap: (place, contentKey) => {
      const cipher = createCipheriv('aes-256-gcm', wrapKey(shared, errand, place), zeroNonce);
      return Buffer.concat([cipher.update(contentKey), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
  };
}

/** Opens what a carrier has wrapped. Throws when key, errand or place do not fit. */
export function receiverOf(privateKey: string, ephemeral: string, errand: string): (carried: CarriedKey) => Buffer {
  const shared = agree(privateKeyOf(bytesOf(privateKey)), publicKeyOf(bytesOf(ephemeral)));
  return ({ place, wrapped }) => {
    const bytes = bytesOf(wrapped);
    const decipher = createDecipheriv('aes-256-gcm', wrapKey(shared, errand, place), zeroNonce, { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  };
}

function wrapKey(shared: Uint8Array, errand: string, place: string) {
  const info = `plinth 1 hand-over ${JSON.stringify([errand, place])}`;
  return createSecretKey(Buffer.from(hkdfSync('sha256', createSecretKey(shared), '', info, 32)));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
