import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkpointText, parseCheckpoint } from './checkpoint.ts';
import { cosign, cosignatureLine, cosignedAt, cosignerVerifier, verifyCosignature } from './cosignature.ts';
import { LogFault } from './logFault.ts';
import { logKeyCheck, logKeyOf } from './logKey.ts';
import { logVerifier, signAsLog } from './logSignature.ts';
import { openNote, parseNote, writeNote } from './note.ts';
import { accessOriginOf, cosignerNameOf, originOf } from './origin.ts';

const origin = originOf('plinth', Buffer.from('00112233445566778899aabbccddeeff', 'hex'));
const text = checkpointText({ origin, size: 7, root: Buffer.alloc(32, 9) });
const key = logKeyOf(Buffer.alloc(32, 1));
const other = logKeyOf(Buffer.alloc(32, 2));
const time = 1_790_000_000;
const holder = { agency: 'civil-registry', publicKey: key.publicKey };
const name = cosignerNameOf(origin, 'civil-registry');
const cosignature = cosign(text, key, time);
const line = cosignatureLine(name, key.publicKey, cosignature);
const note = writeNote({ text, signatures: [signAsLog(text, origin, key), line] });
const verifiers = [logVerifier(origin, holder), cosignerVerifier(name, holder)];

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LogFault) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('the names of the logs', () => {
  it('tell the registry by its channel and first block, and who keeps or cosigns', () => {
    expect(origin).toBe('registry.plinth/plinth/0011223344556677');
    expect(accessOriginOf(origin, 'civil-registry')).toBe(`${origin}/access/civil-registry`);
    expect(name).toBe(`${origin}/civil-registry`);
  });
});

describe('a signed note', () => {
  it('of another program opens', () => {
    // The example in the documentation of golang.org/x/mod/sumdb/note.
    const theirs =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
      '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const publicKey = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1);
    const verifier = logVerifier('PeterNeumann', { agency: 'x', publicKey: publicKey.toString('base64url') });
    expect(verifier.keyId).toBe('c74f20a3');
    expect(openNote(theirs, [verifier]).signed).toHaveLength(1);
    expect(codeOf(() => openNote(theirs.replace('think', 'thing'), [verifier]))).toBe('ERR_SIGNATURE_WRONG');
  });

  it('is read back as it was written', () => {
    const { text: read, signatures } = parseNote(note);
    expect(writeNote({ text: read, signatures })).toBe(note);
    expect(openNote(note, verifiers).signed.map(({ verifier }) => verifier.name)).toEqual([origin, name]);
  });

  it('is refused when no known key has signed it', () => {
    const strangers = [logVerifier(origin, { agency: 'other', publicKey: other.publicKey })];
    expect(codeOf(() => openNote(note, strangers))).toBe('ERR_NOT_SIGNED');
    expect(codeOf(() => openNote(note, []))).toBe('ERR_NOT_SIGNED');
  });

  it('counts a key once', () => {
    const twice = writeNote({ text, signatures: [line, line] });
    expect(openNote(twice, verifiers).signed).toHaveLength(1);
  });

  it('is refused with a clear fault when any character of it is changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: note.length - 1 }), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(note[at] !== character);
        const changed = note.slice(0, at) + character + note.slice(at + 1);
        // A changed name or key id makes the line one of a stranger: then the other signature must stand alone.
        const strict = () => {
          if (openNote(changed, verifiers).signed.length < 2) throw new LogFault('ERR_NOT_SIGNED', 'by one only');
        };
        return codeOf(strict) !== 'accepted';
      }),
    );
  });

  it('is refused with a clear fault when it is any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => codeOf(() => openNote(any, verifiers)) !== 'accepted'),
    );
    const ends = fc.nat({ max: note.length - 1 });
    fc.assert(fc.property(ends, (end) => codeOf(() => parseNote(note.slice(0, end)).text) !== 'x'));
  });

  it.each([
    ['a control character', `${text}\n\u2014 a\u0007b AAAAAAAA\n`],
    ['a carriage return', note.replace('\n', '\r\n')],
    ['a lone surrogate', `\ud800${note}`],
    ['no signature', `${text}\n`],
    ['no last line end', note.slice(0, -1)],
    ['a name with a plus', note.replace(`\u2014 ${origin} `, '\u2014 a+b ')],
    ['a name with a wide blank', note.replace(`\u2014 ${origin} `, '\u2014 a\u2003b ')],
    ['an empty name', note.replace(`\u2014 ${origin} `, '\u2014  ')],
    ['a hyphen for a dash', note.replace('\u2014', '-')],
    ['base64url', note.replaceAll(/[A-Za-z0-9+/=]{80,}/g, (each) => each.replaceAll('=', ''))],
  ])('is malformed with %s', (_, bad) => {
    expect(codeOf(() => parseNote(bad))).toBe('ERR_NOTE_MALFORMED');
  });
});

describe('a cosignature', () => {
  it('is checked with the key and the time it names', () => {
    expect(verifyCosignature(text, key.publicKey, cosignature)).toBe(true);
    expect(cosignedAt(line)).toBe(time);
    expect(verifyCosignature(text, key.publicKey, { ...cosignature, time: time + 1 })).toBe(false);
    expect(verifyCosignature(text, other.publicKey, cosignature)).toBe(false);
    expect(verifyCosignature(text.replace('7', '8'), key.publicKey, cosignature)).toBe(false);
    for (const bad of [-1, 0.5, NaN])
      expect(verifyCosignature(text, key.publicKey, { ...cosignature, time: bad })).toBe(false);
  });

  it('is no signature of the log, and the other way round', () => {
    const plain = signAsLog(text, origin, key);
    expect(verifyCosignature(text, key.publicKey, { time: 0, signature: plain.bytes })).toBe(false);
    expect(verifiers[0]?.verify(text, cosignature.signature)).toBe(false);
    expect(verifiers[1]?.verify(text, plain.bytes)).toBe(false);
  });
});

describe('a log key', () => {
  it('is the one of RFC 8032, test 1', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const { publicKey } = logKeyOf(seed);
    expect(Buffer.from(publicKey, 'base64url').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
  });

  it('is refused unless it has 32 bytes', () => {
    expect(codeOf(() => logKeyOf(Buffer.alloc(31)))).toBe('ERR_LOG_KEY_MALFORMED');
    for (const bad of ['', 'AAAA', `${key.publicKey}=`, `${key.publicKey.slice(0, -1)}!`])
      expect(codeOf(() => logKeyCheck(bad))).toBe('ERR_LOG_KEY_MALFORMED');
  });

  it('of no point of the curve signs nothing', () => {
    const check = logKeyCheck(Buffer.alloc(32, 0xff).toString('base64url'));
    expect(check(Buffer.from('x'), Buffer.alloc(64))).toBe(false);
  });
});

describe('a checkpoint', () => {
  it('is read back as it was written', () => {
    const anyCheckpoint = fc.record({
      origin: fc.constantFrom(origin, 'a', 'log of \u00e9'),
      size: fc.nat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(fc.property(anyCheckpoint, (each) => expect(parseCheckpoint(checkpointText(each))).toEqual(each)));
  });

  it.each([
    ['', 'nothing'],
    ['\n7\nCQkJ\n', 'no origin'],
    [text.replace('\n7\n', '\n07\n'), 'a leading zero'],
    [text.replace('\n7\n', '\n-7\n'), 'a sign'],
    [text.replace('\n7\n', '\n7.0\n'), 'a point'],
    [text.replace('\n7\n', '\n999999999999999\n'), 'a size beyond any tree'],
    [text.replace('CQkJCQ', 'CQkJ'), 'a short root'],
    [text.replace('=', ''), 'no padding'],
    [`${text}more\n`, 'a line more'],
    [text.slice(0, -1), 'no last line end'],
  ])('is not %j: %s', (bad) => {
    expect(codeOf(() => parseCheckpoint(bad))).toBe('ERR_CHECKPOINT_MALFORMED');
  });
});
