import type { LedgerEvent } from '#domain/envelope.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import type { StreamHead } from '#ledger/ledger.ts';
import type { Report } from '#ledger/verify/report.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { readBlocks, type ReadBlock } from '#test/conformance/blockBytes.ts';
import { eventually } from '#test/eventually.ts';
import type { AgencyName } from '#test/registry.ts';
import { broadcast } from './broadcast.ts';
import type { Envelope } from './forgedTransaction.ts';
import { honest, type Siege } from './siege.ts';

/** What an attack left behind, as the honest agencies see it. */
export type Aftermath = {
  /** The validation codes that each honest peer gave the transaction, in order of the blocks. */
  readonly codes: readonly (readonly number[])[];
  /** Streams that read otherwise than before at an honest agency. */
  readonly changed: readonly string[];
  /** Facts that an ingest takes out of it. */
  readonly facts: number;
  /** What `audit verify` says against the blocks of an honest peer. */
  readonly faults: readonly string[];
  /** What it tells of this transaction although the ledger is good. */
  readonly alarms: readonly string[];
};

/** An attack that came to nothing: ordered, marked with this code by every honest peer, and rightly so. */
export function nothing(code: number): Aftermath {
  return { codes: honest.map(() => [code]), changed: [], facts: 0, faults: [], alarms: [] };
}

/** Hands a transaction to the orderers, and looks at these streams before and after. */
export async function strike(siege: Siege, streams: readonly string[], { id, bytes }: Envelope): Promise<Aftermath> {
  return watch(siege, streams, async () => {
    await broadcast(siege.description(), bytes);
    return id;
  });
}

/** Hands over a transaction that orderers do not take; answers what each of them said. */
export async function turnedAway(
  siege: Siege,
  streams: readonly string[],
  { bytes }: Envelope,
): Promise<{ readonly answers: readonly number[]; readonly changed: readonly string[] }> {
  const before = await readAll(siege, streams);
  const answers = await broadcast(siege.description(), bytes);
  return { answers, changed: differing(streams, before, await readAll(siege, streams)) };
}

/** Looks at these streams before and after something that orders the transaction whose id it answers. */
export async function watch(
  siege: Siege,
  streams: readonly string[],
  attack: () => Promise<string>,
): Promise<Aftermath> {
  const before = await readAll(siege, streams);
  const id = await attack();
  const seen = await Promise.all(honest.map(async (agency) => eventually(() => blocksWith(siege, agency, id))));
  const after = await readAll(siege, streams);
  return {
    codes: seen.map((blocks) => codesOf(blocks, id)),
    changed: differing(streams, before, after),
    facts: seen.flatMap((blocks) => factsOf(blocks, id)).length / honest.length,
    ...(await audited(seen, id)),
  };
}

function differing(streams: readonly string[], before: readonly Reading[], after: readonly Reading[]) {
  return streams.filter((_, index) => JSON.stringify(before[index]) !== JSON.stringify(after[index]));
}

type Reading = { readonly head: StreamHead | undefined; readonly history: readonly LedgerEvent[] };

/** What honest agencies answer about each stream; all of them the same, or it throws. */
async function readAll(siege: Siege, streams: readonly string[]): Promise<readonly Reading[]> {
  return Promise.all(
    streams.map(async (stream) =>
      eventually(async () => {
        const [first, ...others] = await Promise.all(
          honest.map(async (agency): Promise<Reading> => {
            const ledger = siege.ledger(agency);
            return { head: await ledger.head(stream), history: await ledger.history(stream) };
          }),
        );
        if (first === undefined || others.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
          throw new Error(`honest agencies do not agree about ${stream}`);
        return first;
      }),
    ),
  );
}

async function blocksWith(siege: Siege, agency: AgencyName, id: string): Promise<readonly ReadBlock[]> {
  const blocks = await readBlocks(siege.ledger(agency));
  if (codesOf(blocks, id).length === 0) throw new Error(`the transaction is in no block of ${agency}`);
  return blocks;
}

const codesOf = (blocks: readonly Pick<ReadBlock, 'block'>[], id: string) =>
  blocks.flatMap(({ block }) => block.transactions.filter((each) => each.id === id).map(({ code }) => code));

const factsOf = (blocks: readonly ReadBlock[], id: string) =>
  blocks.flatMap(({ block }) => ledgerEventsOf(block)).filter(({ transactionId }) => transactionId === id);

async function audited(
  seen: readonly (readonly ReadBlock[])[],
  id: string,
): Promise<Pick<Aftermath, 'faults' | 'alarms'>> {
  const reports = await Promise.all(seen.map(verify));
  const faults = reports.flatMap(({ fault }) => (fault === undefined ? [] : [fault.what]));
  const blocks = new Set(
    seen.flat().flatMap(({ block }) => (codesOf([{ block }], id).length > 0 ? [block.number] : [])),
  );
  const told = reports.flatMap(({ alarms }) => alarms.filter(({ block }) => blocks.has(block)));
  return { faults, alarms: told.map(({ code, what }) => `${code} ${what}`) };
}

async function verify(blocks: readonly ReadBlock[]): Promise<Report> {
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const { bytes } of blocks) yield await Promise.resolve(bytes);
  }
  return verifyBlocks(each());
}
