import { cosignerVerifier } from '../log/cosignature.ts';
import { verifyInclusion } from '../log/inclusion.ts';
import { LogFault } from '../log/logFault.ts';
import { parseNote } from '../log/note.ts';
import { cosignerNameOf } from '../log/origin.ts';
import { checkCheckpoint, type CheckedCheckpoint } from '../log/proofFile.ts';
import { leafHash } from '../log/treeHash.ts';
import { Cosigners } from './cosigners.ts';
import { isDefinition } from './definitions.ts';
import { Discrepancy, demand } from './discrepancy.ts';
import { parseEvidence, type Evidence } from './evidence.ts';
import { EvidenceChain, type Counted } from './evidenceChain.ts';
import { Streams, eventsIn } from './streams.ts';
import type { TakenEvent } from './taken.ts';

/** An event that evidence shows, with its place on the ledger and in the log. */
type ShownEvent = TakenEvent & { readonly block: number; readonly agency: string };

/** What evidence shows, once everything in it has been checked. */
export type Shown = {
  readonly channel: string;
  readonly stream: string;
  readonly events: readonly ShownEvent[];
  readonly checkpoint: CheckedCheckpoint;
  readonly signatures: EvidenceChain['signatures'];
  /** The newest block in it: of keys and definitions after that it knows nothing. */
  readonly lastBlock: number;
};

type Trust = {
  /** Hash of block 0 in hexadecimal. */
  readonly pinnedConfig: string;
  /** How many agencies must have cosigned. */
  readonly agencies: number;
};

/** Checks evidence with nothing but the hash of block 0. Throws a Discrepancy that says what does not hold. */
export function checkEvidence(text: string, { pinnedConfig, agencies }: Trust): Shown {
  const evidence = parseEvidence(text);
  const chain = new EvidenceChain(pinnedConfig);
  const { own, keys } = readFacts(evidence, chain);
  const { origin } = chain;
  demand(own.length > 0, `it shows no event of ${evidence.stream}`);
  const cosigners = new Cosigners();
  for (const event of keys) cosigners.take(event);
  const checkpoint = checkNote(evidence.checkpoint, { origin, cosigners, agencies });
  checkLeaves(evidence, [...own, ...keys], checkpoint);
  const { channelId: channel, signatures, lastBlock } = chain;
  return { channel, stream: evidence.stream, events: own, checkpoint, signatures, lastBlock };
}

type Facts = { readonly own: readonly ShownEvent[]; readonly keys: readonly ShownEvent[] };

/** The events of the stream, each following the one before it, and those in which agencies state their log keys. */
function readFacts({ stream, blocks, transactions, leaves }: Evidence, chain: EvidenceChain): Facts {
  const streams = new Streams((each) => each === stream);
  const placed = new Set(leaves.map(({ stream: of, version }) => `${of} ${version}`));
  const named = new Set(transactions.map(({ block, transaction }) => `${block} ${transaction}`));
  const own: ShownEvent[] = [];
  const keys: ShownEvent[] = [];
  for (const block of blocks) {
    let number = 0;
    const counted = chain.take(Buffer.from(block, 'base64'), (of, transaction) => {
      number = of;
      return named.has(`${of} ${transaction}`);
    });
    for (const { decision, index, ...by } of counted) {
      const origin = { ...by, transaction: index };
      const show = (event: TakenEvent): ShownEvent => ({ ...event, block: number, agency: by.agency });
      const before = own.length + keys.length;
      const { events, falsehoods } = streams.take(decision, origin);
      demand(falsehoods.length === 0, falsehoods.join(', '));
      own.push(...events.map(show));
      keys.push(...statedKeys({ decision, index, ...by }, placed).map(show));
      const shows = own.length + keys.length > before || isDefinition(decision);
      demand(shows && named.delete(`${number} ${index}`), `transaction ${index} of block ${number} shows nothing`);
    }
  }
  demand(named.size === 0, 'it names a transaction that it does not hold');
  return { own, keys };
}

function statedKeys({ decision, index, ...by }: Counted, placed: ReadonlySet<string>): readonly TakenEvent[] {
  const events = eventsIn(decision, { ...by, transaction: index }, (stream) => stream.startsWith('agency-'));
  return events.map(({ event }) => event).filter(({ stream, version }) => placed.has(`${stream} ${version}`));
}

type Signers = { readonly origin: string; readonly cosigners: Cosigners; readonly agencies: number };

function checkNote(note: string, { origin, cosigners, agencies }: Signers): CheckedCheckpoint {
  try {
    const verifiers = cosigners.inForce.map((holder) =>
      cosignerVerifier(cosignerNameOf(origin, holder.agency), holder),
    );
    const checkpoint = checkCheckpoint(note, { origin, verifiers, agencies });
    const isWhole = checkpoint.signed.length === parseNote(note).signatures.length;
    demand(isWhole, 'its checkpoint carries a signature that nobody can check');
    return checkpoint;
  } catch (error) {
    if (error instanceof LogFault) throw new Discrepancy(`its checkpoint: ${error.message}`);
    throw error;
  }
}

/** Every event stands in the log where it is said to, and nothing else is said. */
function checkLeaves({ leaves }: Evidence, events: readonly ShownEvent[], { size, root }: CheckedCheckpoint): void {
  const byName = new Map(events.map((event) => [`${event.stream} ${event.version}`, event]));
  for (const { stream, version, index, path } of leaves) {
    const event = byName.get(`${stream} ${version}`);
    const leaf = leafHash(event?.bytes ?? new Uint8Array());
    const proof = path.map((hash) => Buffer.from(hash, 'base64'));
    const isIncluded = event !== undefined && verifyInclusion(proof, { leaf, index, size, root });
    demand(isIncluded, `event ${version} of ${stream} does not stand in the log where it is said to`);
    byName.delete(`${stream} ${version}`);
  }
  const [missing] = byName.keys();
  demand(missing === undefined, `${missing ?? ''} is not placed in the log`);
}
