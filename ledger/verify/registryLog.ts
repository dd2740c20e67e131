import * as z from 'zod';
import { checkpointText, type Checkpoint } from '../log/checkpoint.ts';
import { cosignatureLine, verifyCosignature, type Cosignature } from '../log/cosignature.ts';
import { inclusionProof } from '../log/inclusion.ts';
import { LogFault } from '../log/logFault.ts';
import { writeNote } from '../log/note.ts';
import { accessOriginOf, cosignerNameOf } from '../log/origin.ts';
import { Tree } from '../log/tree.ts';
import { leafHash } from '../log/treeHash.ts';
import type { Alarm } from './alarm.ts';
import { Cosigners } from './cosigners.ts';
import type { TakenBlock, TakenEvent } from './taken.ts';

const prefix = 'anchor-';
const kept = 4096; // sizes whose cosignatures are remembered

const Anchor = z.object({
  log: z.enum(['registry', 'access']),
  size: z.int().min(1),
  root: z.string(),
  cosignature: z.object({ time: z.int(), signature: z.string() }),
});
type Anchor = z.infer<typeof Anchor>;
type Signed = { readonly key: string; readonly cosignature: Cosignature };

/** A checkpoint with its cosignatures, as a C2SP note. */
export type SignedCheckpoint = { readonly size: number; readonly note: string; readonly agencies: readonly string[] };

/** How far an agency has anchored, and since when there is something new that it has not. */
export type Anchored = { readonly agency: string; readonly size: number; readonly behind?: Place };
type Place = { readonly index: number; readonly block: number; readonly time: number };

/** The registry log as anybody who reads the blocks computes it, and what agencies say of it. */
export class RegistryLog {
  readonly origin: string;
  readonly cosigners = new Cosigners();
  readonly #tree = new Tree();
  /** Size → agency → its cosignature. */
  readonly #cosigned = new Map<number, Map<string, Signed>>();
  /** Agency → size of its newest anchor that holds. */
  readonly #anchored = new Map<string, number>();
  /** The first leaf of each block that is more than an anchor. */
  readonly #news: Place[] = [];

  constructor(origin: string) {
    this.origin = origin;
  }

  get size(): number {
    return this.#tree.size;
  }

  root(size?: number): Uint8Array {
    return this.#tree.root(size);
  }

  inclusion(index: number, size: number): readonly Uint8Array[] {
    return inclusionProof(this.#tree.hash, index, size);
  }

  /** Adds a block's events. Answers what agencies said of the log that does not hold. */
  take({ number, time, events }: TakenBlock): readonly Alarm[] {
    const alarms: Alarm[] = [];
    let isNew = true;
    for (const event of events) {
      const what = event.stream.startsWith(prefix) ? this.#anchor(event) : undefined;
      if (what !== undefined) alarms.push({ ...what, block: number });
      if (isNew && !event.stream.startsWith(prefix)) {
        this.#news.push({ index: this.size, block: number, time });
        isNew = false;
      }
      this.cosigners.take(event);
      this.#tree.append(leafHash(event.bytes));
    }
    return alarms;
  }

  /** The newest checkpoint that so many agencies cosigned with keys that are still in force. */
  findCheckpoint(agencies: number): SignedCheckpoint | undefined {
    const sizes = [...this.#cosigned.keys()].sort((a, b) => b - a);
    for (const size of sizes) {
      const signed = [...(this.#cosigned.get(size) ?? [])].filter(
        ([agency, { key }]) => this.cosigners.keyOf(agency) === key,
      );
      if (new Set(signed.map(([, { key }]) => key)).size < agencies) continue; // one key is one voice
      const text = checkpointText({ origin: this.origin, size, root: this.root(size) });
      const signatures = signed.map(([agency, { key, cosignature }]) =>
        cosignatureLine(cosignerNameOf(this.origin, agency), key, cosignature),
      );
      return { size, note: writeNote({ text, signatures }), agencies: signed.map(([agency]) => agency) };
    }
    return undefined;
  }

  /** Every agency that has a log key. */
  get anchored(): readonly Anchored[] {
    return this.cosigners.inForce.map(({ agency }) => {
      const size = this.#anchored.get(agency) ?? 0;
      const behind = this.#news[placeFrom(this.#news, size)];
      return { agency, size, ...(behind !== undefined && { behind }) };
    });
  }

  #anchor({ stream, data }: TakenEvent): Omit<Alarm, 'block'> | undefined {
    const agency = stream.slice(prefix.length);
    if (this.cosigners.isRemoved(agency))
      return { code: 'ERR_COSIGNER_REMOVED', what: `${agency}, which was removed, cosigned the log` };
    const anchor = Anchor.safeParse(data).data;
    if (anchor === undefined)
      return { code: 'ERR_COSIGNATURE_WRONG', what: `${agency} anchored something that is no tree` };
    if (anchor.log === 'registry' && !this.#isRoot(anchor))
      return { code: 'ERR_ROOT_DISPUTED', what: `${agency} anchored another root at ${anchor.size} leaves` };
    const key = this.cosigners.keyOf(agency);
    if (key === undefined || !this.#isCosigned(agency, anchor, key))
      return { code: 'ERR_COSIGNATURE_WRONG', what: `${agency} did not sign its anchor of ${anchor.size} leaves` };
    if (anchor.log === 'registry') this.#remember(agency, anchor, key);
    return undefined;
  }

  #isRoot({ size, root }: Anchor): boolean {
    return size <= this.size && Buffer.from(this.root(size)).toString('base64url') === root;
  }

  #isCosigned(agency: string, { log, size, root, cosignature }: Anchor, key: string): boolean {
    const origin = log === 'registry' ? this.origin : accessOriginOf(this.origin, agency);
    const checkpoint: Checkpoint = { origin, size, root: Buffer.from(root, 'base64url') };
    const signature = Buffer.from(cosignature.signature, 'base64url');
    try {
      return verifyCosignature(checkpointText(checkpoint), key, { time: cosignature.time, signature });
    } catch (error) {
      if (error instanceof LogFault) return false; // the agency's key is none
      throw error;
    }
  }

  #remember(agency: string, { size, cosignature }: Anchor, key: string): void {
    const signed = this.#cosigned.get(size) ?? new Map<string, Signed>();
    const signature = Buffer.from(cosignature.signature, 'base64url');
    this.#cosigned.set(size, signed.set(agency, { key, cosignature: { time: cosignature.time, signature } }));
    this.#anchored.set(agency, size);
    const [oldest] = this.#cosigned.keys();
    if (this.#cosigned.size > kept && oldest !== undefined) this.#cosigned.delete(oldest);
    const done = Math.min(...this.anchored.map((each) => each.size));
    this.#news.splice(0, Math.max(0, placeFrom(this.#news, done) - 1)); // the last of what all have anchored stays
  }
}

/** Where the first stands, among places in order, whose leaf is this one or later; their number where there is none. */
function placeFrom(places: readonly Place[], leaf: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.index ?? leaf) < leaf) low = middle + 1;
    else high = middle;
  }
  return low;
}
