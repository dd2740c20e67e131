import { randomBytes, randomInt } from 'node:crypto';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { Canary } from '#test/leakPatterns.ts';

/** What is planted: a person with a value of every kind, and what is said about her that never becomes a fact. */
export type Planted = ReturnType<typeof newCanaries>;

const token = () => `Zq${randomBytes(15).toString('base64url')}`;
const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي';
const arabic = () => Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
const digits = (count: number) => Array.from({ length: count }, () => String(randomInt(10))).join('');
const day = () => `186${randomInt(10)}-0${randomInt(1, 10)}-${randomInt(10, 29)}`;
const texts = () => [
  { language: 'eng', value: token() },
  { language: 'ara', value: arabic() },
];

/** Fresh values of every kind for one run. */
export function newCanaries() {
  const [hex, wrongHex] = [randomBytes(9).toString('hex'), randomBytes(9).toString('hex')];
  return {
    enrolmentId: token(),
    identification: {
      givenName: texts(),
      surname: texts(),
      dateOfBirth: day(),
      socialSecurityNumber: digits(7),
      schoolCode: randomInt(1_000_000_000, 2_147_483_647),
      proofOfIdentity: { type: token(), refNumber: token() },
    },
    contact: {
      email: `c${hex}@m${hex}.example`,
      addressLine1: texts(),
      suburb: texts(),
      postcode: digits(4),
    },
    biometricReference: { faceReference: { format: 'cbeff', version: 1, value: randomBytes(60).toString('base64') } },
    /** Of a class that the asking node's agency does not hold: refused. */
    welfare: { benefitCode: token() },
    corrected: { surname: texts() },
    guess: { givenName: token(), dateOfBirth: day() },
    wrong: { dateOfBirth: token(), email: `w${wrongHex}@m${wrongHex}.example`, enrolmentId: token() },
  };
}

/** All of it, as what must lie nowhere in clear nor as a hash that can be guessed. */
export function canariesOf(planted: Planted): readonly Canary[] {
  return Object.entries(planted).flatMap(([group, values]) =>
    typeof values === 'string'
      ? [canaryOf(group, values)]
      : Object.entries(values).map(([name, value]) => canaryOf(name, value)),
  );
}

/** One value with every text in it; a short one counts with its name beside it, as JSON writes the two. */
export function canaryOf(name: string, value: unknown): Canary {
  const inside = textsIn(value).filter((text) => !['eng', 'ara', 'cbeff'].includes(text));
  const short = inside.filter((text) => Buffer.byteLength(text) < 10);
  // Fourteen bytes: no piece of them may be the name alone, which stands in public.
  const named = short.flatMap((text) => [`"${name}":"${text}`, `"${name}","${text}`].map((both) => both.slice(-14)));
  return { name, value, texts: [...inside.filter((text) => !short.includes(text)), ...named], guessable: short };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return value > 1_000_000 ? [String(value)] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * The terms of a consent and whose it is. The person's id and the party's stand in public, each in streams of its own:
 * what must lie nowhere is the place where one meets the other, or where the id is called a subject.
 */
export function consentCanaries(
  subject: string,
  terms: { readonly party: string; readonly claims: object },
): readonly Canary[] {
  const { party, claims } = terms;
  const [begin, end] = [subject.slice(0, 4), subject.slice(-8)];
  const meetings = [`"subject","${begin}`, `"subject":"${begin}`, `${end} ${party}`, `${end}${party}`];
  return [
    { name: 'subject', value: subject, texts: meetings.map((text) => text.slice(-14)), guessable: [subject] },
    { name: 'claims', value: claims, texts: ['"accepted":true', '"accepted":false', '"essential":true'] },
    {
      name: 'terms',
      value: terms,
      texts: [],
      guessable: [canonicalJson(terms), `${subject} ${party}`, `${subject}${party}`],
    },
  ];
}
