import { checkpointText } from '#ledger/log/checkpoint.ts';
import { cosign, cosignatureLine, cosignerVerifier } from '#ledger/log/cosignature.ts';
import { inclusionProof } from '#ledger/log/inclusion.ts';
import { logKeyOf } from '#ledger/log/logKey.ts';
import { logVerifier, signAsLog } from '#ledger/log/logSignature.ts';
import { writeNote } from '#ledger/log/note.ts';
import { cosignerNameOf, originOf } from '#ledger/log/origin.ts';
import { checkProof, type Trust, writeProof } from '#ledger/log/proofFile.ts';
import { Tree } from '#ledger/log/tree.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { timeOf } from './load.ts';
import { loggedEvents } from './loggedEvents.ts';
import type { Measurement } from './measurement.ts';
import { median, rounded } from './statistics.ts';

const leaves = 200_000;
const checks = 2000;
const agencies = ['civil-registry', 'election-office', 'social-protection'];
const origin = originOf('plinth', Buffer.alloc(32, 7));

/** Milliseconds from a proof file and its event to the answer: read, three signatures, the way up to the root. */
export const proofCheck: Measurement = {
  part: 'log',
  names: ['proof.check'],
  run: async function* (report) {
    const events = loggedEvents(leaves);
    const { proofs, trust } = provenOf(events);
    const spent: number[] = [];
    for (const { proof, event } of proofs) {
      const time = await timeOf(() => {
        if (checkProof(proof, leafHash(event), trust).agencies.length < 2) throw new Error('too few have signed');
        return Promise.resolve();
      });
      spent.push(time);
    }
    const bytes = Buffer.byteLength(proofs[0]?.proof ?? '');
    report(`${checks} proof files checked, the slowest in ${rounded(Math.max(...spent))} ms`);
    yield {
      name: 'proof.check',
      value: rounded(median(spent)),
      unit: 'ms',
      note: `proof files of ${bytes} bytes, of ${leaves} events; a log's signature and two cosignatures each`,
    };
  },
};

type Proven = { readonly proof: string; readonly event: Uint8Array };

function provenOf(events: readonly Uint8Array[]): { readonly proofs: readonly Proven[]; readonly trust: Trust } {
  const tree = new Tree();
  for (const event of events) tree.append(leafHash(event));
  const text = checkpointText({ origin, size: tree.size, root: tree.root() });
  const holders = agencies.map((agency, index) => ({ agency, key: logKeyOf(Buffer.alloc(32, index + 1)) }));
  const signatures = holders.map(({ agency, key }, index) =>
    index === 0
      ? signAsLog(text, origin, key)
      : cosignatureLine(cosignerNameOf(origin, agency), key.publicKey, cosign(text, key, 1_790_000_000)),
  );
  const checkpoint = writeNote({ text, signatures });
  const proofs = Array.from({ length: checks }, (_, each) => {
    const index = Math.floor((each * events.length) / checks);
    const proof = writeProof({ index, path: inclusionProof(tree.hash, index, tree.size), checkpoint });
    return { proof, event: events[index] ?? Buffer.alloc(0) };
  });
  const verifiers = holders.flatMap(({ agency, key: { publicKey } }) => [
    logVerifier(origin, { agency, publicKey }),
    cosignerVerifier(cosignerNameOf(origin, agency), { agency, publicKey }),
  ]);
  return { proofs, trust: { origin, verifiers, agencies: 2 } };
}
