import { describe, expect, it } from '@jest/globals';
import { demographicsMatch, foldText } from './demographicMatch.ts';

const held = new Map<string, unknown>([
  [
    'givenName',
    [
      { language: 'eng', value: 'Zoë  Groß' },
      { language: 'fra', value: 'Zoé' },
    ],
  ],
  ['dateOfBirth', '1984-02-29'],
  ['postcode', 4017],
  ['document', { type: 'passport' }],
]);

describe('what a party says about a person', () => {
  it.each([
    ['other case and spacing', { attribute: 'givenName', value: ' ZOË groß ' }],
    ['another case without ß', { attribute: 'givenName', value: 'zoë gross' }],
    ['decomposed letters', { attribute: 'givenName', value: 'Zoe\u0308 Groß' }],
    ['any language when none is named', { attribute: 'givenName', value: 'zoé' }],
    ['the language that is named', { attribute: 'givenName', value: 'zoé', language: 'fra' }],
    ['a plain text', { attribute: 'dateOfBirth', value: '1984-02-29' }],
    ['full-width digits', { attribute: 'dateOfBirth', value: '１９８４-02-29' }],
    ['a number', { attribute: 'postcode', value: '4017' }],
  ])('matches with %s', (_case, said) => {
    expect(demographicsMatch([said], held)).toBe(true);
  });

  it.each([
    ['another value', { attribute: 'dateOfBirth', value: '1984-02-28' }],
    ['a part of the value', { attribute: 'givenName', value: 'Zoë' }],
    ['another language', { attribute: 'givenName', value: 'zoé', language: 'eng' }],
    ['an attribute that is not held', { attribute: 'phone', value: '' }],
    ['a document', { attribute: 'document', value: 'passport' }],
    ['an accent left out', { attribute: 'givenName', value: 'Zoe Groß' }],
  ])('does not match with %s', (_case, said) => {
    expect(demographicsMatch([said], held)).toBe(false);
  });

  it('does not match when one of several is wrong, or when nothing is said', () => {
    const right = { attribute: 'postcode', value: '4017' };
    expect(demographicsMatch([right, { attribute: 'dateOfBirth', value: '1990-01-01' }], held)).toBe(false);
    expect(demographicsMatch([], held)).toBe(false);
  });
});

describe('folding', () => {
  it('is the same when done twice', () => {
    for (const text of ['İstanbul', 'ﬁne  Ⅷ', 'ΣΊΣΥΦΟΣ', 'ǅ', '\u1e9e'])
      expect(foldText(foldText(text))).toBe(foldText(text));
  });
});
