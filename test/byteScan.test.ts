import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scannerOf } from './byteScan.ts';
import { leakPatternsOf } from './leakPatterns.ts';

const noise = (length: number) => randomBytes(length);
const found = (patterns: Parameters<typeof scannerOf>[0], ...parts: readonly (string | Uint8Array)[]) => {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  return scannerOf(patterns)('file', bytes).map(({ pattern, at }) => [pattern, at]);
};

describe('a scan for bytes', () => {
  it('finds fourteen bytes of a pattern, from any place of it, at any place of a file', () => {
    const bytes = fc.uint8Array({ minLength: 14, maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(100), fc.nat(100), (pattern, before, from) => {
        const begin = from % (pattern.length - 13);
        const piece = pattern.subarray(begin, begin + 14);
        const hits = found([{ name: 'it', bytes: pattern }], noise(before), piece, noise(40));
        expect(hits.map(([name]) => name)).toEqual(['it']);
      }),
    );
  });

  it('does not take thirteen bytes for it', () => {
    const bytes = noise(40);
    for (let begin = 0; begin + 13 <= 40; begin += 1) {
      const changed = bytes.map((byte, at) => (at >= begin && at < begin + 13 ? byte : byte ^ 0xff));
      expect(found([{ name: 'it', bytes }], noise(8), changed)).toEqual([]);
    }
  });

  it('finds a short pattern as a whole only, and refuses one that would be found by chance', () => {
    const bytes = Buffer.from('1843/07/19');
    expect(found([{ name: 'day', bytes }], noise(7), bytes)).toEqual([['day', 7]]);
    expect(found([{ name: 'day', bytes }], noise(7), bytes.subarray(1), noise(9))).toEqual([]);
    expect(() => scannerOf([{ name: 'year', bytes: Buffer.from('1843') }])).toThrow('too short');
  });

  it('tells apart what it finds', () => {
    const patterns = ['one', 'two', 'three'].map((name) => ({ name, bytes: noise(20) }));
    const [one, two] = patterns.map(({ bytes }) => bytes);
    expect(found(patterns, noise(11), two ?? '', noise(3), one ?? '')).toEqual([
      ['two', 11],
      ['one', 34],
    ]);
  });
});

describe('a value that lies somewhere', () => {
  const text = ' Müller-Canary-7Xq2 ';
  const patterns = leakPatternsOf({ name: 'surname', value: [{ language: 'eng', value: text }], texts: [text] });
  const names = (...parts: Parameters<typeof found> extends [unknown, ...infer P] ? P : never) =>
    found(patterns, ...parts).map(([name]) => name);

  it.each([
    ['as it is', text],
    ['JSON', JSON.stringify({ surname: text })],
    ['JSON in ASCII', ' M\\u00fcller-Canary-7Xq2 '],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['hex', Buffer.from(text).toString('hex')],
    ['base64 after one byte', Buffer.from(`x${text}`).toString('base64')],
    ['base64url after two bytes', Buffer.from(`xy${text}z`).toString('base64url')],
    ['a disclosure', Buffer.from(JSON.stringify(['salt', 'surname', text])).toString('base64url')],
    ['a disclosure in base64', Buffer.from(Buffer.from(`["salt",${text}]`).toString('base64url')).toString('base64')],
  ])('is found: %s', (_form, written) => {
    expect(names(noise(9), written, noise(9)).some((name) => String(name).startsWith('surname in clear'))).toBe(true);
  });

  it.each([
    ['the text', text],
    ['the text without blanks round it', text.trim()],
    ['in lower case', text.trim().toLowerCase()],
    ['a disclosure without salt', JSON.stringify(['surname', [{ language: 'eng', value: text }]])],
    [
      'such a disclosure in base64url',
      Buffer.from(JSON.stringify(['surname', [{ language: 'eng', value: text }]])).toString('base64url'),
    ],
  ])('is found by an unkeyed hash of %s', (_what, hashed) => {
    for (const algorithm of ['sha256', 'sha1', 'md5', 'sha512']) {
      const digest = createHash(algorithm).update(hashed).digest();
      for (const written of [digest, digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')])
        expect(names(noise(5), written, noise(5))).toContain(`surname as ${algorithm}`);
    }
  });

  it('is not found where it is not', () => {
    expect(names(noise(100_000), JSON.stringify(['surname', 'Someone-Else-4Zt9']))).toEqual([]);
  });
});
