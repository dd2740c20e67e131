import { base64, bytesOf } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { countOf } from './decimal.ts';
import { verifyInclusion } from './inclusion.ts';
import { insist, LogFault } from './logFault.ts';
import { openNote, parseNote, type SignedBy, type Verifier } from './note.ts';
import { hashLength } from './treeHash.ts';

/** A C2SP tlog-proof: where an entry stands in a log, and the signed checkpoint of that log, verbatim. */
export type ProofFile = {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: string;
  /** Bytes that nobody has signed. */
  readonly extra?: Uint8Array;
};

const heading = 'c2sp.org/tlog-proof@v1';
const mostHashes = 64; // a longer way up than that has no tree

/** Writes a proof file. Throws a LogFault when it could not be read again. */
export function writeProof({ index, path, checkpoint, extra }: ProofFile): string {
  const lines = [
    heading,
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...path.map(base64),
  ];
  const proof = `${lines.join('\n')}\n\n${checkpoint}`;
  parseProof(proof);
  return proof;
}

/** Reads a proof file without checking what it says. */
export function parseProof(proof: string): ProofFile {
  const end = proof.indexOf('\n\n');
  malformedUnless(end > 0, 'nothing separates proof and checkpoint');
  const lines = proof.slice(0, end).split('\n');
  malformedUnless(lines.shift() === heading, `it does not begin with ${heading}`);
  const extra = lines[0]?.startsWith('extra ') === true ? bytesIn(lines.shift(), 'extra ') : undefined;
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? countOf(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed('it does not say which index');
  malformedUnless(lines.length <= mostHashes, 'it has too many hashes');
  const path = lines.map((line) => bytesIn(line, '', hashLength));
  const checkpoint = proof.slice(end + 2);
  parseCheckpoint(parseNote(checkpoint).text);
  return { index, path, checkpoint, ...(extra !== undefined && { extra }) };
}

function bytesIn(line: string | undefined, prefix: string, length?: number): Uint8Array {
  const bytes = bytesOf(line?.slice(prefix.length) ?? '');
  if (bytes === undefined || (length !== undefined && bytes.length !== length)) throw malformed('a line is no base64');
  return bytes;
}

/** Whom a reader trusts: the log by its name, keys of agencies, and how many agencies must have signed. */
export type Trust = {
  readonly origin: string;
  readonly verifiers: readonly Verifier[];
  readonly agencies: number;
};

/** What a checkpoint proves. */
export type CheckedCheckpoint = Checkpoint & {
  /** Signatures that have been checked. */
  readonly signed: readonly SignedBy[];
  /** The agencies that made them, each once. */
  readonly agencies: readonly string[];
};

/** Checks a signed checkpoint: its log, every signature of a known key, and that enough agencies have signed. */
export function checkCheckpoint(note: string, { origin, verifiers, agencies: enough }: Trust): CheckedCheckpoint {
  const { text, signed } = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(text);
  insist(checkpoint.origin === origin, 'ERR_ORIGIN_WRONG', 'this is a checkpoint of another log');
  const agencies = [...new Set(signed.map(({ verifier }) => verifier.agency))];
  // An agency can state another one's key as its own, and repeat what that one has signed: one key is one voice.
  const voices = Math.min(agencies.length, new Set(signed.map(({ verifier }) => verifier.publicKey)).size);
  insist(voices >= enough, 'ERR_TOO_FEW_SIGNERS', `${voices} of ${enough} agencies have signed`);
  return { ...checkpoint, signed, agencies };
}

/** What a proof file proves: the leaf stands at that index of the checkpoint's tree. */
export type CheckedProof = CheckedCheckpoint & { readonly index: number };

/** Checks a whole proof file for the hash of an entry (see `leafHash`). */
export function checkProof(proof: string, leaf: Uint8Array, trust: Trust): CheckedProof {
  const { index, path, checkpoint } = parseProof(proof);
  const checked = checkCheckpoint(checkpoint, trust);
  const included = verifyInclusion(path, { leaf, index, size: checked.size, root: checked.root });
  insist(included, 'ERR_NOT_INCLUDED', 'the entry does not stand there in the tree of the checkpoint');
  return { ...checked, index };
}

function malformed(what: string): LogFault {
  return new LogFault('ERR_PROOF_MALFORMED', what);
}

function malformedUnless(holds: boolean, what: string): void {
  insist(holds, 'ERR_PROOF_MALFORMED', what);
}
