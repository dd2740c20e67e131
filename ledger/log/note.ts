import { hash } from 'node:crypto';
import { base64, bytesOf } from './base64.ts';
import { insist, LogFault } from './logFault.ts';

/** One signature line of a C2SP signed note. `keyId` is four bytes in hex. */
export type NoteSignature = { readonly name: string; readonly keyId: string; readonly bytes: Uint8Array };

/** A signed note as it is written: the text with its last newline, and who signed it, unchecked. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** A key that is known, and whose. */
export type Verifier = {
  readonly name: string;
  readonly keyId: string;
  /** Name, id and key in the one line that other programs take (a `vkey`). */
  readonly line: string;
  /** The agency that holds the key. */
  readonly agency: string;
  /** Raw, in base64url. */
  readonly publicKey: string;
  readonly verify: (text: string, signature: Uint8Array) => boolean;
};

/** What of a note is proved: every signature here has been checked. */
export type OpenedNote = { readonly text: string; readonly signed: readonly SignedBy[] };
export type SignedBy = { readonly verifier: Verifier; readonly signature: NoteSignature };

const dash = '\u2014 ';
const longest = 1_000_000;
const mostSignatures = 100;

/** The id of a key: the first bytes of a hash over its name, the type of its signatures and its public half. */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]), 'hex').slice(0, 8);
}

/** A public key as C2SP writes it for programs that check. */
export function verifierKeyOf(name: string, type: number, publicKey: Uint8Array): string {
  return `${name}+${keyIdOf(name, type, publicKey)}+${base64(Buffer.concat([Buffer.of(type), publicKey]))}`;
}

/** Writes a note. Throws a LogFault when text or names could not be read again. */
export function writeNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, keyId, bytes }) => `${dash}${name} ${base64(Buffer.concat([Buffer.from(keyId, 'hex'), bytes]))}\n`,
  );
  const note = `${text}\n${lines.join('')}`;
  parseNote(note);
  return note;
}

/** Reads a note without checking a signature. */
export function parseNote(note: string): Note {
  malformedUnless(note.length <= longest, 'it is too long');
  malformedUnless(note.isWellFormed(), 'it is not UTF-8');
  // eslint-disable-next-line no-control-regex -- the format forbids just these
  malformedUnless(!/[\u0000-\u0009\u000b-\u001f]/.test(note), 'it holds control characters');
  const end = note.lastIndexOf('\n\n');
  malformedUnless(end > 0, 'nothing separates text and signatures');
  const lines = note.slice(end + 2).split('\n');
  malformedUnless(lines.pop() === '' && lines.length > 0, 'it does not end with a signature');
  malformedUnless(lines.length <= mostSignatures, 'it has too many signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  malformedUnless(line.startsWith(dash), 'a signature line does not begin with a dash');
  const [name = '', encoded = '', ...more] = line.slice(dash.length).split(' ');
  malformedUnless(more.length === 0 && isKeyName(name), 'a signature line has no proper key name');
  const bytes = bytesOf(encoded);
  if (bytes === undefined || bytes.length < 5) throw malformed('a signature is not base64 of a key id and more');
  return { name, keyId: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) };
}

function isKeyName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}+]/u.test(name);
}

/** Reads a note and checks every signature of a known key; one that is wrong, or none at all, refuses the note. */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const signed = new Map<Verifier, SignedBy>();
  for (const signature of signatures) {
    const { name, keyId, bytes } = signature;
    const verifier = verifiers.find((each) => each.name === name && each.keyId === keyId);
    if (verifier === undefined || signed.has(verifier)) continue;
    insist(verifier.verify(text, bytes), 'ERR_SIGNATURE_WRONG', `the signature of ${name} does not fit`);
    signed.set(verifier, { verifier, signature });
  }
  insist(signed.size > 0, 'ERR_NOT_SIGNED', 'no known key has signed this');
  return { text, signed: [...signed.values()] };
}

function malformed(what: string): LogFault {
  return new LogFault('ERR_NOTE_MALFORMED', what);
}

function malformedUnless(holds: boolean, what: string): void {
  insist(holds, 'ERR_NOTE_MALFORMED', what);
}
