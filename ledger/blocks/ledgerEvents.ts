import { sha256 } from '#domain/seal/digest.ts';
import type { Block, BlockTransaction } from './decodeBlock.ts';

const eventPrefix = 'event\u0000';

/** A public event as the chaincode wrote it: the domain's LedgerEvent, said once more so that whoever checks blocks needs no rules. */
type RecordedEvent = {
  readonly type: string;
  readonly data: object;
  readonly stream: string;
  readonly version: number;
  readonly at: string;
  readonly by: { readonly agency: string; readonly officer?: string };
  readonly command: string;
  readonly prev?: string;
  readonly sealed?: { readonly class: string; readonly digests: string[]; readonly key: string };
};

/** One event of a block with its place on the ledger. */
export type BlockEvent = {
  readonly block: number;
  /** Index of the transaction in its block. */
  readonly transaction: number;
  readonly transactionId: string;
  /** Place of the event among those of its transaction, in order of the key's bytes. */
  readonly index: number;
  /** What stands under the event's key, verbatim: the leaf of the registry log. */
  readonly bytes: Uint8Array;
  readonly event: RecordedEvent;
  /** The sealed values, when the event has some and this node was given them. */
  readonly entry?: Uint8Array;
};

/** The public events of the valid transactions of a block, in the order block, transaction, key bytes. */
export function ledgerEventsOf(block: Block): readonly BlockEvent[] {
  return block.transactions
    .filter(({ code }) => code === 0)
    .flatMap((transaction) => eventsOf(block.number, transaction));
}

function eventsOf(block: number, transaction: BlockTransaction): readonly BlockEvent[] {
  return transaction.writes
    .filter(({ key, isDelete }) => key.startsWith(eventPrefix) && !isDelete)
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    .map(({ value }, index) => {
      const event = JSON.parse(Buffer.from(value).toString()) as RecordedEvent; // the agencies endorsed these bytes as an event
      const entry = event.sealed && findEntry(transaction, event.sealed.class, sealedKeyOf(event));
      const place = { block, transaction: transaction.index, transactionId: transaction.id, index };
      return { ...place, bytes: value, event, ...(entry !== undefined && { entry }) };
    });
}

/** The key of an event's private values in the collection of their class. */
export function sealedKeyOf({ stream, version }: Pick<RecordedEvent, 'stream' | 'version'>): string {
  return `sealed\u0000${stream}\u0000${String(version).padStart(12, '0')}`;
}

/** A private value counts only if it is the one whose hash stands in the block; another one is as good as missing. */
function findEntry(
  { privateHashes, privateWrites }: BlockTransaction,
  collection: string,
  key: string,
): Uint8Array | undefined {
  const write = privateWrites.find((each) => each.collection === collection && each.key === key && !each.isDelete);
  if (write === undefined) return undefined;
  const keyHash = sha256(key);
  const valueHash = sha256(write.value);
  const holds = privateHashes.some(
    (hash) => hash.collection === collection && hash.keyHash === keyHash && hash.valueHash === valueHash,
  );
  return holds ? write.value : undefined;
}
