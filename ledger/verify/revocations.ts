import { verify, type X509Certificate } from 'node:crypto';
import { Discrepancy, demand } from './discrepancy.ts';

/** Certificates that an authority has taken back, by their serial numbers. */
export type Revocations = (issuer: X509Certificate) => ReadonlySet<bigint>;

const [integer, bitString, objectId, sequence, utcTime, generalizedTime] = [0x02, 0x03, 0x06, 0x30, 0x17, 0x18];
const hashes: Readonly<Record<string, string>> = {
  '2a8648ce3d040302': 'sha256', // ecdsa-with-SHA256
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};

/**
 * Reads the revocation lists (RFC 5280) of an MSP, DER or PEM. As in Fabric, a list counts for the authority that signed it, from
 * the configuration on that carries it; the times within it mean nothing.
 */
export function revocationsOf(lists: readonly Uint8Array[]): Revocations {
  const read = lists.map(readList);
  const known = new Map<string, ReadonlySet<bigint>>();
  return (issuer) => {
    const found = known.get(issuer.fingerprint256) ?? new Set(read.flatMap((list) => serialsBy(list, issuer)));
    known.set(issuer.fingerprint256, found);
    return found;
  };
}

type RevocationList = {
  readonly signed: Uint8Array;
  readonly hash: string;
  readonly signature: Uint8Array;
  readonly serials: readonly bigint[];
};

function serialsBy({ signed, hash, signature, serials }: RevocationList, issuer: X509Certificate): readonly bigint[] {
  return verify(hash, signed, issuer.publicKey, signature) ? serials : [];
}

function readList(bytes: Uint8Array): RevocationList {
  const [outer] = elementsOf(derOf(bytes));
  const [signed, algorithm, signature] = elementsOf(contentOf(outer, sequence));
  const [name] = elementsOf(contentOf(algorithm, sequence));
  const hash = hashes[Buffer.from(contentOf(name, objectId)).toString('hex')];
  if (hash === undefined)
    throw new Discrepancy('a list of revoked certificates signed in a way that this tool cannot check');
  return {
    signed: signed?.whole ?? nothing,
    hash,
    signature: contentOf(signature, bitString).subarray(1), // the first byte counts unused bits
    serials: serialsOf(contentOf(signed, sequence)),
  };
}

/** The entries stand behind the one or two times of the list. */
function serialsOf(list: Uint8Array): readonly bigint[] {
  const parts = elementsOf(list);
  const times = parts.filter(({ tag }) => tag === utcTime || tag === generalizedTime).length;
  const first = parts.findIndex(({ tag }) => tag === utcTime || tag === generalizedTime);
  demand(first !== -1, unreadable);
  const entries = parts[first + times];
  if (entries?.tag !== sequence) return []; // nothing is revoked
  return elementsOf(entries.content).map((entry) => {
    const [serial] = elementsOf(contentOf(entry, sequence));
    return BigInt(`0x${Buffer.from(contentOf(serial, integer)).toString('hex')}`);
  });
}

function derOf(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const pem = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(text);
  return pem === null ? bytes : Buffer.from(pem[1] ?? '', 'base64');
}

type Element = { readonly tag: number; readonly content: Uint8Array; readonly whole: Uint8Array };

const unreadable = 'a list of revoked certificates that cannot be read';
const nothing = new Uint8Array();

function contentOf(element: Element | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new Discrepancy(unreadable);
  return element.content;
}

/** The elements of DER that lie one behind the other. */
function elementsOf(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const more = first < 0x80 ? 0 : first - 0x80;
    demand(more <= 4, unreadable);
    const begin = at + 2 + more;
    const length = more === 0 ? first : bytes.subarray(at + 2, begin).reduce((sum, byte) => sum * 0x100 + byte, 0);
    const end = begin + length;
    demand(end <= bytes.length, unreadable);
    found.push({ tag, content: bytes.subarray(begin, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}
