import { describe, expect, it } from '@jest/globals';
import { plainRules } from '#test/numberRules.ts';
import type { OpenedValue } from '../decider.ts';
import type { IdentitySchema } from '../identitySchema/events.ts';
import { Refusal } from '../refusal.ts';
import { checkAttributes, getNewValues } from './attributes.ts';
import { canonicalHandle } from './handle.ts';

const first: IdentitySchema = {
  version: 1,
  fields: [
    { name: 'identityNumber', class: 'identification', multilingual: false, handle: false },
    { name: 'fullName', class: 'identification', multilingual: true, handle: false },
    { name: 'photo', class: 'identification', multilingual: false, handle: false },
    { name: 'phone', class: 'contact', multilingual: false, handle: true },
  ],
  classes: {
    identification: { members: ['a', 'b'] },
    contact: { members: ['a', 'b'] },
    consent: { members: ['a', 'b'] },
  },
  languages: ['eng', 'fra'],
  number: plainRules,
  source: 'A'.repeat(43),
};
const versions = [first, { ...first, version: 2 }];

function asked(version: number, sealedClass?: string, opened: readonly OpenedValue[] = [{ name: 'photo', value: '' }]) {
  return getNewValues(version, {
    id: 'one',
    agency: 'a',
    at: '2026-03-01T12:00:00.000Z',
    founded: true,
    ...(sealedClass === undefined ? {} : { sealedClass }),
    opened,
    schema: (each) => versions[each - 1],
  });
}
const checked = (className: string, ...opened: readonly OpenedValue[]) =>
  checkAttributes({ schema: first, className, opened });
const refusedAs = (code: string) => expect.objectContaining({ name: Refusal.name, code });

describe('new values', () => {
  it('follow the newest schema version', () => {
    expect(asked(2, 'contact')).toMatchObject({ schema: { version: 2 }, className: 'contact' });
  });

  it.each([1, 3])('do not follow version %p, which is older or was never published', (version) => {
    expect(() => asked(version, 'contact')).toThrow(refusedAs('ERR_SCHEMA_UNKNOWN'));
  });

  it.each(['school', 'constructor', '__proto__'])('belong to a class of the schema, and %p is none', (name) => {
    expect(() => asked(2, name)).toThrow(refusedAs('ERR_CLASS_UNKNOWN'));
  });

  it('are there', () => {
    expect(() => asked(2)).toThrow(refusedAs('ERR_DISCLOSURE_MISMATCH'));
    expect(() => asked(2, 'contact', [])).toThrow(refusedAs('ERR_DISCLOSURE_MISMATCH'));
  });
});

describe('an attribute', () => {
  it.each(['school', 'phone', 'enrolmentId'])('is one of the class, and %p is not', (name) => {
    expect(() => checked('identification', { name, value: 'x' })).toThrow(refusedAs('ERR_ATTRIBUTE_UNKNOWN'));
  });

  it('does not come twice', () => {
    const photo = { name: 'photo', value: 'x' };
    expect(() => checked('identification', photo, photo)).toThrow(refusedAs('ERR_ATTRIBUTE_REPEATED'));
  });

  it.each(['text', '', 12, 1.5, {}, { format: 'jpeg', value: '…' }])('without languages may be %p', (value) => {
    expect(() => checked('identification', { name: 'photo', value })).not.toThrow();
  });

  it.each([null, true, [], ['x'], [{ language: 'eng', value: 'x' }]])('without languages is never %p', (value) => {
    expect(() => checked('identification', { name: 'photo', value })).toThrow(refusedAs('ERR_MALFORMED'));
  });

  it('with languages has a text in one or more of them', () => {
    const value = [
      { language: 'eng', value: 'Ada' },
      { language: 'fra', value: 'Adèle' },
    ];
    expect(() => checked('identification', { name: 'fullName', value })).not.toThrow();
  });

  it.each(['Ada', [], ['Ada'], [{ value: 'Ada' }], [{ language: 'eng', value: 3 }], { language: 'eng', value: 'Ada' }])(
    'with languages is never %p',
    (value) => {
      expect(() => checked('identification', { name: 'fullName', value })).toThrow(refusedAs('ERR_MALFORMED'));
    },
  );

  it('takes no further member beside language and text', () => {
    const value = [{ language: 'eng', value: 'Ada', note: 'x' }];
    expect(() => checked('identification', { name: 'fullName', value })).toThrow(refusedAs('ERR_MALFORMED'));
  });

  it('is in a language of the country', () => {
    const value = [{ language: 'deu', value: 'Ada' }];
    expect(() => checked('identification', { name: 'fullName', value })).toThrow(refusedAs('ERR_LANGUAGE_UNKNOWN'));
  });

  it('comes once in each language', () => {
    const text = { language: 'eng', value: 'Ada' };
    expect(() => checked('identification', { name: 'fullName', value: [text, text] })).toThrow(
      refusedAs('ERR_ATTRIBUTE_REPEATED'),
    );
  });

  it('that is a handle is a text or a number with something in it', () => {
    expect(() => checked('contact', { name: 'phone', value: 5551234 })).not.toThrow();
    expect(() => checked('contact', { name: 'phone', value: ' ' })).toThrow(refusedAs('ERR_MALFORMED'));
    expect(() => checked('contact', { name: 'phone', value: {} })).toThrow(refusedAs('ERR_MALFORMED'));
  });
});

describe('a refusal about values', () => {
  it.each([
    { name: 'Ada Roe', value: 'Ada Roe' },
    { name: 'fullName', value: 'Ada Roe' },
    { name: 'fullName', value: [{ language: 'Ada', value: 'Roe' }] },
  ])('repeats nothing of %p', (secret) => {
    expect(() => checked('identification', secret)).toThrow(/^(?!.*(Ada|Roe))ERR_/);
  });
});

describe('a handle', () => {
  it.each([
    [' Ada@Example.org ', 'ada@example.org'],
    ['ＡＤＡ', 'ada'],
    [42, '42'],
  ])('%p is found as %p', (value, canonical) => {
    expect(canonicalHandle(value)).toBe(canonical);
  });
});
