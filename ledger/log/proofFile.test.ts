import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkpointText } from './checkpoint.ts';
import { cosign, cosignatureLine, cosignerVerifier } from './cosignature.ts';
import { inclusionProof } from './inclusion.ts';
import { LogFault } from './logFault.ts';
import { logKeyOf } from './logKey.ts';
import { logVerifier, signAsLog } from './logSignature.ts';
import { writeNote } from './note.ts';
import { cosignerNameOf, originOf } from './origin.ts';
import { checkProof, parseProof, type Trust, writeProof } from './proofFile.ts';
import { Tree } from './tree.ts';
import { leafHash } from './treeHash.ts';

const origin = originOf('plinth', Buffer.alloc(32, 5));
const agencies = ['civil-registry', 'election-office', 'social-protection'];
const keys = new Map(agencies.map((agency, index) => [agency, logKeyOf(Buffer.alloc(32, index + 1))]));
const entry = (index: number) => Buffer.from(`event ${index}`);
const size = 4000;
const index = 1234;
const leaf = leafHash(entry(index));
let proof: string;
let checkpoint: string;

const trust: Trust = {
  origin,
  verifiers: [...keys].flatMap(([agency, { publicKey }]) => [
    logVerifier(origin, { agency, publicKey }),
    cosignerVerifier(cosignerNameOf(origin, agency), { agency, publicKey }),
  ]),
  agencies: 2,
};

function signedBy(text: string, cosigners: readonly string[]): string {
  const log = [...keys.values()].slice(0, 1).map((key) => signAsLog(text, origin, key));
  const others = cosigners.flatMap((agency) => {
    const key = keys.get(agency);
    if (key === undefined) return [];
    return [cosignatureLine(cosignerNameOf(origin, agency), key.publicKey, cosign(text, key, 1_790_000_000))];
  });
  return writeNote({ text, signatures: [...log, ...others] });
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LogFault) return error.code;
    throw error;
  }
  return 'accepted';
};

beforeAll(() => {
  const tree = new Tree();
  for (let each = 0; each < size; each += 1) tree.append(leafHash(entry(each)));
  checkpoint = signedBy(checkpointText({ origin, size, root: tree.root() }), agencies);
  proof = writeProof({ index, path: inclusionProof(tree.hash, index, size), checkpoint });
});

describe('a proof file', () => {
  it('proves its entry and says which agencies have signed', () => {
    expect(checkProof(proof, leaf, trust)).toMatchObject({ index, size, origin, agencies });
  });

  it('is read back as it was written, with and without more', () => {
    expect(writeProof(parseProof(proof))).toBe(proof);
    const extra = writeProof({ ...parseProof(proof), extra: Buffer.from('salt') });
    expect(Buffer.from(parseProof(extra).extra ?? []).toString()).toBe('salt');
    expect(checkProof(extra, leaf, trust)).toMatchObject({ index });
  });

  it('proves no other entry and no other index', () => {
    expect(codeOf(() => checkProof(proof, leafHash(entry(index + 1)), trust))).toBe('ERR_NOT_INCLUDED');
    expect(codeOf(() => checkProof(proof.replace('index 1234', 'index 1235'), leaf, trust))).toBe('ERR_NOT_INCLUDED');
    expect(codeOf(() => checkProof(proof.replace('index 1234', 'index 9999'), leaf, trust))).toBe('ERR_NOT_INCLUDED');
  });

  it('is refused when too few agencies have signed, or another log speaks', () => {
    const { path } = parseProof(proof);
    const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1);
    const alone = writeProof({ index, path, checkpoint: signedBy(text, ['civil-registry']) });
    expect(codeOf(() => checkProof(alone, leaf, trust))).toBe('ERR_TOO_FEW_SIGNERS');
    expect(checkProof(alone, leaf, { ...trust, agencies: 1 }).agencies).toEqual(['civil-registry']);
    expect(codeOf(() => checkProof(proof, leaf, { ...trust, origin: 'another' }))).toBe('ERR_ORIGIN_WRONG');
  });

  it('is refused with a clear fault when any character of it is changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: proof.length - 1 }), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(proof[at] !== character);
        const changed = proof.slice(0, at) + character + proof.slice(at + 1);
        return codeOf(() => checkProof(changed, leaf, { ...trust, agencies: 3 })) !== 'accepted' || onlyCosigner(at);
      }),
      { numRuns: 1000 },
    );
  });

  // The first agency signs twice, as log and as cosigner; made a stranger's, one of its two lines may be ignored.
  const onlyCosigner = (at: number) => {
    const lines = proof.slice(0, at).split('\n').length - 1;
    const before = proof.slice(0, proof.indexOf('\u2014')).split('\n').length - 1;
    return lines === before || lines === before + 1;
  };

  it('is refused with a clear fault when it is cut off, or any other text', () => {
    fc.assert(
      fc.property(fc.nat({ max: proof.length - 1 }), (end) => {
        const cut = proof.slice(0, end);
        return codeOf(() => checkProof(cut, leaf, { ...trust, agencies: 3 })) !== 'accepted';
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => codeOf(() => checkProof(any, leaf, trust)) !== 'accepted'),
    );
  });

  it.each([
    ['another heading', (text: string) => text.replace('@v1', '@v2')],
    ['no index', (text: string) => text.replace(/index \d+\n/, '')],
    ['a leading zero', (text: string) => text.replace('index ', 'index 0')],
    ['a negative index', (text: string) => text.replace('index ', 'index -')],
    ['a hash of other length', (text: string) => text.replace(/(index \d+\n)/, '$1AAAA\n')],
    ['an empty line at its beginning', (text: string) => `\n\n${text}`],
    ['too many hashes', (text: string) => text.replace(/(index \d+\n)/, `$1${`${'A'.repeat(43)}=\n`.repeat(65)}`)],
    ['extra that is no base64', (text: string) => text.replace('index', 'extra !\nindex')],
  ])('is malformed with %s', (_, spoil) => {
    expect(codeOf(() => checkProof(spoil(proof), leaf, trust))).toBe('ERR_PROOF_MALFORMED');
  });

  it('fits in 2 kB for half a billion entries and two agencies', () => {
    const text = checkpointText({ origin, size: 2 ** 29, root: Buffer.alloc(32) });
    const path = Array.from({ length: 29 }, () => Buffer.alloc(32, 0xff));
    const file = writeProof({ index: 2 ** 29 - 1, path, checkpoint: signedBy(text, ['election-office']) });
    expect(Buffer.byteLength(file)).toBeLessThanOrEqual(2048);
  });
});
