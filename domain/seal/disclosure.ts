import { randomBytes } from 'node:crypto';
import { sha256 } from './digest.ts';

/** One private value with the salt that keeps its digest from being guessed. */
export type Disclosure = { readonly salt: string; readonly name: string; readonly value: unknown };

/** Makes an SD-JWT disclosure (RFC 9901 §4.2): base64url(JSON[salt, name, value]) with a fresh 128-bit salt. Never call it in chaincode. */
export function makeDisclosure(name: string, value: unknown): string {
  const salt = randomBytes(16).toString('base64url');
  return Buffer.from(JSON.stringify([salt, name, value])).toString('base64url');
}

/** The digest that stands for a disclosure in public: base64url(sha256(the disclosure's own characters)). */
export function disclosureDigest(disclosure: string): string {
  return sha256(disclosure);
}

/** Throws when the text is no disclosure with a salt of at least 128 bits; the message holds no value. */
export function openDisclosure(disclosure: string): Disclosure {
  const [salt, name, value, ...rest] = parseArray(disclosure);
  if (
    typeof salt !== 'string' ||
    salt.length < 22 ||
    typeof name !== 'string' ||
    value === undefined ||
    rest.length > 0
  )
    throw new Error('not a disclosure');
  return { salt, name, value };
}

function parseArray(disclosure: string): readonly unknown[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(disclosure, 'base64url'));
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return []; // the caller names what is wrong; the parser's own message would quote the value
  }
}
