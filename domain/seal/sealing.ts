import { createCipheriv, createDecipheriv, createHash, createSecretKey, hkdfSync } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './digest.ts';
import { agree, privateKeyOf, publicHalf, publicKeyOf } from './transportKey.ts';

/** Where a sealed entry belongs; it cannot be opened as if it stood anywhere else. */
type SealedPlace = {
  readonly channel: string;
  readonly stream: string;
  readonly version: number;
  readonly class: string;
};

/** Agency and its X25519 public key (raw, base64url). */
export type Recipient = { readonly agency: string; readonly key: string };

/** One transaction's sealing: seed, ephemeral key and agreements are derived once and serve every entry of the batch. */
export type Sealer = {
  readonly seal: (place: SealedPlace, disclosures: readonly string[], recipients: readonly Recipient[]) => SealedEntry;
};
type SealedEntry = { readonly entry: Uint8Array; readonly commitment: string };

type Entry = {
  readonly ciphertext: string;
  readonly ephemeral: string;
  readonly place: SealedPlace;
  readonly wraps: Readonly<Record<string, string>>;
};

const zeroNonce = Buffer.alloc(12); // every key below encrypts exactly one text, so the nonce need not vary
const block = 256; // ciphertext lengths tell little: texts are padded to multiples of this

/**
 * Seals private values the same way at every agency: the content key comes from the transaction's seed, the place and the
 * text itself, so no key is ever used for two texts, and endorsers agree byte for byte.
 */
export function sealerOf(seed: Uint8Array): Sealer {
  if (seed.length !== 32) throw new Error('a seed has 32 bytes');
  const ephemeral = privateKeyOf(derive(seed, 'ephemeral'));
  const ephemeralPublic = publicHalf(ephemeral).toString('base64url');
  const agreements = new Map<string, Buffer>();
  const agreementWith = (key: string): Buffer => {
    const known = agreements.get(key) ?? agree(ephemeral, publicKeyOf(Buffer.from(key, 'base64url')));
    agreements.set(key, known);
    return known;
  };
  return {
    seal: (place, disclosures, recipients) => {
      const text = pad(Buffer.from(canonicalJson(disclosures)));
      const contentKey = derive(seed, `content ${canonicalJson(place)} ${sha256(text)}`);
      const wraps = recipients.map(({ agency, key }): [string, string] => [
        agency,
        encrypt(wrapKey(agreementWith(key), place, agency), contentKey, place).toString('base64url'),
      ]);
      const ciphertext = encrypt(contentKey, text, place).toString('base64url');
      const entry: Entry = { ciphertext, ephemeral: ephemeralPublic, place, wraps: Object.fromEntries(wraps) };
      return { entry: Buffer.from(canonicalJson(entry)), commitment: keyCommitment(contentKey) };
    },
  };
}

/** What the public event says about a content key; it binds the sealed text without showing anything of it. */
export function keyCommitment(contentKey: Uint8Array): string {
  return createHash('sha256').update('plinth content key\0').update(contentKey).digest('base64url');
}

/** The content key of an entry, by the agency's own transport key. Throws when the entry was not sealed for that key. */
export function unwrapContentKey(entry: Uint8Array, agency: string, privateKey: string): Buffer {
  return unwrapperOf(agency, privateKey)(entry);
}

/** The same for many entries: the key is read once, and entries of one transaction share an ephemeral key and so an agreement. */
export function unwrapperOf(agency: string, privateKey: string): (entry: Uint8Array) => Buffer {
  const own = privateKeyOf(Buffer.from(privateKey, 'base64url'));
  let last: { readonly ephemeral: string; readonly shared: Uint8Array } | undefined;
  return (entry) => {
    const { ephemeral, place, wraps } = parseEntry(entry);
    const wrap = wraps[agency];
    if (wrap === undefined) throw new Error('entry is not sealed for this agency');
    if (ephemeral !== last?.ephemeral)
      last = { ephemeral, shared: agree(own, publicKeyOf(Buffer.from(ephemeral, 'base64url'))) };
    return decrypt(wrapKey(last.shared, place, agency), Buffer.from(wrap, 'base64url'), place);
  };
}

/** What an entry says of itself: where it belongs, and which agencies it was sealed for. Throws when it is none. */
export function readSealed(entry: Uint8Array): { readonly place: SealedPlace; readonly agencies: readonly string[] } {
  const { place, wraps } = parseEntry(entry);
  return { place: { ...place }, agencies: Object.keys(wraps) };
}

/** The disclosures of an entry. Throws when key, place or text do not fit each other. */
export function openEntry(entry: Uint8Array, contentKey: Uint8Array): readonly string[] {
  const { ciphertext, place } = parseEntry(entry);
  return JSON.parse(unpad(decrypt(contentKey, Buffer.from(ciphertext, 'base64url'), place)).toString()) as string[]; // authenticated: written by sealerOf
}

function parseEntry(entry: Uint8Array): Entry {
  return JSON.parse(Buffer.from(entry).toString()) as Entry; // its hash stands on the ledger; GCM proves the rest
}

// Node spends three times as long on a key given as bytes as on a key object made of them, here and in the two below.
function derive(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', createSecretKey(secret), '', `plinth 1 ${purpose}`, 32));
}

function wrapKey(shared: Uint8Array, place: SealedPlace, agency: string): Buffer {
  return derive(shared, `wrap ${agency} ${canonicalJson(place)}`);
}

function encrypt(key: Uint8Array, text: Uint8Array, place: SealedPlace): Buffer {
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), zeroNonce).setAAD(
    Buffer.from(canonicalJson(place)),
  );
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Uint8Array, place: SealedPlace): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), zeroNonce, { authTagLength: 16 }).setAAD(
    Buffer.from(canonicalJson(place)),
  );
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

// ISO/IEC 7816-4 padding: a one bit, then zeros up to the block.
function pad(text: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((text.length + 1) / block) * block);
  padded.set(text);
  padded[text.length] = 0x80;
  return padded;
}

function unpad(padded: Buffer): Buffer {
  return padded.subarray(0, padded.lastIndexOf(0x80));
}
