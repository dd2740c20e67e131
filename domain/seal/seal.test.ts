import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Command } from '../envelope.ts';
import { PublicKey } from '../publicKey.ts';
import { authorityHolds, signAuthority } from './authority.ts';
import { canonicalJson } from './canonical.ts';
import { disclosureDigest, makeDisclosure, openDisclosure } from './disclosure.ts';
import { keyCommitment, openEntry, sealerOf, unwrapContentKey } from './sealing.ts';
import { newTransportKey } from './transportKey.ts';
import { uniqueHash } from './unique.ts';

describe('canonical JSON', () => {
  it('prints the example of RFC 8785 §3.2.3', () => {
    const input = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      literals: [null, true, false],
    };
    expect(canonicalJson(input)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    );
  });

  it('orders keys by UTF-16 units', () => {
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\ufb33': 5 })).toBe(
      '{"\\r":2,"1":3,"\u20ac":1,"\ud83d\ude00":4,"\ufb33":5}',
    );
  });

  it('does not depend on the order in which an object was made', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      }),
    );
  });

  it('writes any text as JSON does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(canonicalJson({ [text]: text })).toBe(JSON.stringify({ [text]: text }));
      }),
    );
    const all = Array.from({ length: 0x300 }, (_, unit) => String.fromCharCode(unit));
    expect(all.map((text) => canonicalJson(text))).toEqual(all.map((text) => JSON.stringify(text)));
  });

  it('refuses what JSON cannot carry', () => {
    expect(() => canonicalJson({ a: NaN })).toThrow(TypeError);
    expect(() => canonicalJson('\ud800')).toThrow(TypeError);
  });
});

describe('a disclosure', () => {
  it('opens to its name and value', () => {
    expect(openDisclosure(makeDisclosure('givenName', 'Ada'))).toMatchObject({ name: 'givenName', value: 'Ada' });
  });

  it('has another digest each time it is made', () => {
    expect(disclosureDigest(makeDisclosure('a', 1))).not.toBe(disclosureDigest(makeDisclosure('a', 1)));
  });

  it.each(['', '!!!', 'bnVsbA', Buffer.from('["short","n",1]').toString('base64url')])(
    'is refused when broken: %s',
    (text) => {
      expect(() => openDisclosure(text)).toThrow('not a disclosure');
    },
  );
});

describe('a sealed entry', () => {
  const place = { channel: 'plinth', stream: 'identity-1', version: 1, class: 'identification' };
  const [one, two] = [newTransportKey(), newTransportKey()];
  const recipients = [
    { agency: 'one', key: one.publicKey },
    { agency: 'two', key: two.publicKey },
  ];
  const seed = new Uint8Array(32).fill(7);
  const disclosures = [makeDisclosure('givenName', 'Ada'), makeDisclosure('surname', 'Lovelace')];
  const { entry, commitment } = sealerOf(seed).seal(place, disclosures, recipients);

  it('opens for every recipient, and its key fits the commitment', () => {
    for (const [agency, key] of [
      ['one', one],
      ['two', two],
    ] as const) {
      const contentKey = unwrapContentKey(entry, agency, key.privateKey);
      expect(openEntry(entry, contentKey)).toEqual(disclosures);
      expect(keyCommitment(contentKey)).toBe(commitment);
    }
  });

  it('is the same bytes at every endorser', () => {
    expect(sealerOf(seed).seal(place, disclosures, recipients)).toEqual({ entry, commitment });
  });

  it('has another key at another place, for another text and with another seed', () => {
    const others = [
      sealerOf(seed).seal({ ...place, version: 2 }, disclosures, recipients),
      sealerOf(seed).seal(place, disclosures.slice(1), recipients),
      sealerOf(new Uint8Array(32).fill(8)).seal(place, disclosures, recipients),
    ];
    expect(new Set([commitment, ...others.map((other) => other.commitment)]).size).toBe(4);
  });

  it('does not open for a stranger, nor after a change', () => {
    const stranger = newTransportKey();
    expect(() => unwrapContentKey(entry, 'one', stranger.privateKey)).toThrow();
    expect(() => unwrapContentKey(entry, 'three', one.privateKey)).toThrow('not sealed for this agency');
    const moved = Buffer.from(Buffer.from(entry).toString().replace('identity-1', 'identity-2'));
    expect(() => unwrapContentKey(moved, 'one', one.privateKey)).toThrow();
  });

  it('opens to any list of texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const sealed = sealerOf(seed).seal(place, texts, recipients);
        expect(openEntry(sealed.entry, unwrapContentKey(sealed.entry, 'two', two.privateKey))).toEqual(texts);
        expect(Buffer.from(sealed.entry).toString()).not.toContain(makeDisclosure('x', texts));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a unique hash', () => {
  it('differs by kind, by value and by registry key', () => {
    const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const hashes = [
      uniqueHash(key, 'number', '1'),
      uniqueHash(key, 'number', '2'),
      uniqueHash(key, 'enrolment', '1'),
      uniqueHash(other, 'number', '1'),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});

describe("an officer's authority", () => {
  const command: Command = {
    id: 'c1',
    stream: 'identity-1',
    type: 'SuspendIdentity',
    data: { reason: 'court-order' },
    seen: 1,
  };

  it.each([
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ])('holds for the command it was given for, with %s', (_name, generate) => {
    const { publicKey, privateKey } = generate();
    const key = PublicKey.parse(publicKey.export({ format: 'jwk' }));
    const signed = signAuthority('plinth', command, { officer: 'o1', key: privateKey.export({ format: 'jwk' }) });
    expect(authorityHolds('plinth', signed, key)).toBe(true);
    expect(authorityHolds('other', signed, key)).toBe(false);
    expect(authorityHolds('plinth', { ...signed, data: { reason: 'emigration' } }, key)).toBe(false);
    expect(authorityHolds('plinth', command, key)).toBe(false);
  });

  it('holds whatever numbers a signature is made of', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = PublicKey.parse(publicKey.export({ format: 'jwk' }));
    const signer = { officer: 'o1', key: privateKey.export({ format: 'jwk' }) };
    // One number in 256 has a leading zero byte, and half of them would read as negative.
    for (let round = 0; round < 1500; round += 1)
      expect(authorityHolds('plinth', signAuthority('plinth', command, signer), key)).toBe(true);
  });

  it.each(['00', 'ff', '80', '01'])('does not hold with a signature of nothing but %s', (byte) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = PublicKey.parse(publicKey.export({ format: 'jwk' }));
    const signature = Buffer.from(byte.repeat(64), 'hex').toString('base64url');
    expect(authorityHolds('plinth', { ...command, authority: { officer: 'o1', signature } }, key)).toBe(false);
  });
});
