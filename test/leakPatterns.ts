import { createHash } from 'node:crypto';
import type { Pattern } from './byteScan.ts';

/** A private value as it went into the registry: its attribute, and each text in it that nobody else may see. */
export type Canary = {
  readonly name: string;
  readonly value: unknown;
  readonly texts: readonly string[];
  /** Texts that may lie somewhere in clear, or are too short to be looked for, but whose hashes would tell. */
  readonly guessable?: readonly string[];
};

const algorithms = ['sha256', 'sha1', 'md5', 'sha512'] as const;

/** Every form in which a value would be a leak: its texts in all encodings, and every unkeyed hash by which it could be guessed. */
export function leakPatternsOf({ name, value, texts, guessable = [] }: Canary): readonly Pattern[] {
  const hashed = new Set([...[...texts, ...guessable].flatMap(variantsOf), ...wholesOf(name, value)]);
  return [
    ...texts.flatMap((text) => clearPatternsOf(name, text)),
    ...[...hashed].flatMap((text) => hashesOf(name, text)),
  ];
}

/** A text as it may lie in a file: as it is, escaped, in hexadecimal digits, in base64 at every alignment, and in that once more. */
export function clearPatternsOf(name: string, text: string): readonly Pattern[] {
  const bytes = Buffer.from(text);
  const base64 = alignmentsOf(bytes);
  const twice = base64.flatMap((inner) => [inner, urlSafe(inner)]).flatMap((inner) => alignmentsOf(Buffer.from(inner)));
  const forms = [
    { form: 'as it is', written: [bytes, Buffer.from(text, 'utf16le')] },
    { form: 'JSON', written: [JSON.stringify(text).slice(1, -1), escaped(text)] },
    { form: 'hex', written: hexOf(bytes) },
    { form: 'base64', written: base64.flatMap((each) => [each, urlSafe(each)]) },
    { form: 'base64 of base64', written: twice.flatMap((each) => [each, urlSafe(each)]) },
  ];
  return forms.flatMap(({ form, written }) => named(`${name} in clear, ${form}`, written));
}

/** What somebody would write of a text before hashing it. */
function variantsOf(text: string): readonly string[] {
  const written = [text, text.trim(), text.replace(/\s+/g, '')];
  const cased = written.flatMap((each) => [each, each.toLowerCase(), each.toUpperCase()]);
  return cased.flatMap((each) => [each, JSON.stringify(each)]);
}

/** A disclosure without its salt, and the whole value, as JSON and as an SD-JWT would carry them. */
function wholesOf(name: string, value: unknown): readonly string[] {
  const wholes = [value, [value], [name, value], ['', name, value], { [name]: value }, { name, value }];
  const json = wholes.map((each) => JSON.stringify(each));
  return [...json, ...json.map((each) => Buffer.from(each).toString('base64url'))];
}

function hashesOf(name: string, text: string): readonly Pattern[] {
  return algorithms.flatMap((algorithm) => {
    const digest = createHash(algorithm).update(text).digest();
    const base64 = alignmentsOf(digest).flatMap((each) => [each, urlSafe(each)]);
    return named(`${name} as ${algorithm}`, [digest, ...hexOf(digest), ...base64]);
  });
}

/** The characters of base64 that do not depend on what stands before and after, for each place that bytes can begin at. */
function alignmentsOf(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((before) => {
    const written = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return written.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

function hexOf(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase()];
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

function escaped(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function named(name: string, written: readonly (string | Buffer)[]): readonly Pattern[] {
  const all = written.map((each) => (typeof each === 'string' ? Buffer.from(each) : each));
  const distinct = new Map(all.map((bytes) => [bytes.toString('latin1'), bytes]));
  return [...distinct.values()].map((bytes) => ({ name, bytes }));
}
