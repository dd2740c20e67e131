import * as z from 'zod';
import { sha256 } from '#domain/seal/digest.ts';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { ledgerEventsOf, sealedKeyOf, type BlockEvent } from '#ledger/blocks/ledgerEvents.ts';

/** A private value of the person, as the ledger names it. */
export type SealedPlace = {
  readonly stream: string;
  readonly version: number;
  readonly class: string;
  readonly block: number;
  readonly digests: number;
  /** Whether a later transaction says that it is purged. */
  readonly isPurged: boolean;
};

/** Since which block an agency has values sealed for the transport key of an epoch. */
export type EpochBegin = { readonly agency: string; readonly epoch: number; readonly block: number };

/** All that the ledger says about an identity and its erasure. */
export type LedgerTrace = {
  readonly stream: string;
  readonly events: number;
  readonly erased: { readonly block: number; readonly at: string; readonly reason: string } | undefined;
  /** Of the identity itself, and of proposals about it. */
  readonly places: readonly SealedPlace[];
  readonly epochs: readonly EpochBegin[];
};

const Erased = z.object({ reason: z.string() });
const Proposed = z.object({ order: z.object({ stream: z.string() }) });
const Admitted = z.object({ transportKey: z.object({ epoch: z.number() }) });
const Rotated = z.object({ epoch: z.number() });

/** Reads every block for what it says about one identity. */
export async function traceOnLedger(blocks: AsyncIterable<Uint8Array>, stream: string): Promise<LedgerTrace> {
  const about: BlockEvent[] = [];
  const epochs: EpochBegin[] = [];
  const purged = new Set<string>();
  for await (const bytes of blocks) {
    const block = decodeBlock({ bytes, privateSets: new Map() });
    for (const fact of ledgerEventsOf(block)) {
      if (isAbout(fact, stream)) about.push(fact);
      epochs.push(...epochOf(fact));
    }
    for (const { code, privateHashes } of block.transactions)
      for (const { collection, keyHash, isPurge } of privateHashes)
        if (code === 0 && isPurge) purged.add(`${collection} ${keyHash}`);
  }
  const own = about.filter(({ event }) => event.stream === stream);
  const erasure = own.find(({ event }) => event.type === 'IdentityErased');
  return {
    stream,
    events: own.length,
    erased: erasure && { block: erasure.block, at: erasure.event.at, reason: Erased.parse(erasure.event.data).reason },
    places: about.flatMap((fact) => placeOf(fact, purged)),
    epochs,
  };
}

function isAbout({ event }: BlockEvent, stream: string): boolean {
  if (event.stream === stream) return true;
  return event.type === 'ChangeProposed' && Proposed.safeParse(event.data).data?.order.stream === stream;
}

function placeOf({ event, block }: BlockEvent, purged: ReadonlySet<string>): readonly SealedPlace[] {
  const { stream, version, sealed } = event;
  if (sealed === undefined) return [];
  const isPurged = purged.has(`${sealed.class} ${sha256(sealedKeyOf({ stream, version }))}`);
  return [{ stream, version, class: sealed.class, block, digests: sealed.digests.length, isPurged }];
}

function epochOf({ event: { type, data, stream }, block }: BlockEvent): readonly EpochBegin[] {
  const agency = stream.slice('agency-'.length);
  if (type === 'AgencyAdmitted') return [{ agency, epoch: Admitted.parse(data).transportKey.epoch, block }];
  if (type === 'TransportKeyRotated') return [{ agency, epoch: Rotated.parse(data).epoch, block }];
  return [];
}
