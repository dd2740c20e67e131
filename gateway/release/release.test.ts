import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideRelease, type ReleaseRequest } from './release.ts';

const names = ['a', 'b', 'c'];
const one = (over: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
  claims: [{ attribute: 'a', essential: false }],
  policy: new Set(names),
  intendedUse: new Set(names),
  consents: [{ claims: names.map((attribute) => ({ attribute, accepted: true })) }],
  held: new Set(names),
  ...over,
});
const says = (accepted: boolean) => ({ claims: [{ attribute: 'a', accepted }] });

describe('an attribute that everybody agrees to', () => {
  it('is released', () => {
    expect(decideRelease(one())).toEqual({ refused: false, released: ['a'], withheld: [] });
  });
});

describe('an attribute that somebody does not agree to', () => {
  it.each([
    ['NOT_IN_POLICY', { policy: new Set<string>() }],
    ['NOT_IN_INTENDED_USE', { intendedUse: new Set<string>() }],
    ['NOT_IN_CONSENT', { consents: [] }],
    ['REFUSED', { consents: [says(false)] }],
    ['NOT_HELD', { held: new Set<string>() }],
  ])('is withheld with %s', (reason, over) => {
    expect(decideRelease(one(over))).toEqual({
      refused: false,
      released: [],
      withheld: [{ attribute: 'a', reason }],
    });
  });

  it('refuses the whole request when it is essential', () => {
    const claims = [
      { attribute: 'a', essential: true },
      { attribute: 'b', essential: false },
    ];
    const release = decideRelease(one({ claims, policy: new Set(['b']) }));
    expect(release.refused).toBe(true);
    expect(release.released).toEqual([]);
  });

  it('refuses the whole request even when it is named twice and essential once', () => {
    const claims = [
      { attribute: 'a', essential: false },
      { attribute: 'a', essential: true },
    ];
    expect(decideRelease(one({ claims, held: new Set() })).refused).toBe(true);
  });

  it('does not say whether a value is held', () => {
    const withheld = (held: ReadonlySet<string>) => decideRelease(one({ held, consents: [says(false)] })).withheld;
    expect(withheld(new Set())).toEqual(withheld(new Set(['a'])));
  });
});

describe('two live consents for the same party and purpose', () => {
  it('let the newer one decide', () => {
    expect(decideRelease(one({ consents: [says(false), says(true)] })).released).toEqual([]);
    expect(decideRelease(one({ consents: [says(true), says(false)] })).released).toEqual(['a']);
  });

  it('let the older one decide where the newer says nothing', () => {
    const silent = { claims: [{ attribute: 'b', accepted: true }] };
    expect(decideRelease(one({ consents: [silent, says(true)] })).released).toEqual(['a']);
  });
});

describe('every combination for one attribute', () => {
  it('is released only when all five agree', () => {
    const bools = [true, false];
    for (const inPolicy of bools)
      for (const inUse of bools)
        for (const isHeld of bools)
          for (const consent of [true, false, undefined]) {
            const set = (yes: boolean) => new Set(yes ? ['a'] : []);
            const { released } = decideRelease(
              one({
                policy: set(inPolicy),
                intendedUse: set(inUse),
                held: set(isHeld),
                consents: consent === undefined ? [] : [says(consent)],
              }),
            );
            expect(released).toEqual(inPolicy && inUse && isHeld && consent === true ? ['a'] : []);
          }
  });
});

describe('any request', () => {
  const attribute = fc.constantFrom<string>('a', 'b', 'c', 'd');
  const attributes = fc.uniqueArray(attribute).map((each) => new Set<string>(each));
  const request = fc.record({
    claims: fc.array(fc.record({ attribute, essential: fc.boolean() }), { maxLength: 6 }),
    policy: attributes,
    intendedUse: attributes,
    held: attributes,
    consents: fc.array(
      fc.record({ claims: fc.array(fc.record({ attribute, accepted: fc.boolean() }), { maxLength: 4 }) }),
      { maxLength: 3 },
    ),
  });

  it('releases nothing that was not asked for, allowed, registered, accepted and held', () => {
    fc.assert(
      fc.property(request, (asked) => {
        for (const each of decideRelease(asked).released) {
          expect(asked.claims.some((claim) => claim.attribute === each)).toBe(true);
          expect(asked.policy.has(each) && asked.intendedUse.has(each) && asked.held.has(each)).toBe(true);
          expect(
            asked.consents.some(({ claims }) => claims.some((claim) => claim.attribute === each && claim.accepted)),
          ).toBe(true);
        }
      }),
    );
  });

  it('either releases or withholds each attribute, or refuses everything', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { refused, released, withheld } = decideRelease(asked);
        const requested = new Set(asked.claims.map((claim) => claim.attribute));
        expect(released.length + withheld.length).toBe(refused ? withheld.length : requested.size);
        if (refused) expect(released).toEqual([]);
      }),
    );
  });

  it('never releases more when a consent is taken away or a rule becomes narrower', () => {
    fc.assert(
      fc.property(request, attributes, (asked, narrower) => {
        const before = new Set(decideRelease(asked).released);
        const policy = new Set([...asked.policy].filter((each) => narrower.has(each)));
        const after = decideRelease({ ...asked, policy }).released;
        expect(after.every((each) => before.has(each))).toBe(true);
        expect(decideRelease({ ...asked, consents: [] }).released).toEqual([]);
      }),
    );
  });
});
