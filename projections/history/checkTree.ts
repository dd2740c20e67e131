import { sql } from 'kysely';
import * as z from 'zod';
import { checkCheckpoint, type CheckedCheckpoint } from '#ledger/log/proofFile.ts';
import { cosignerVerifier } from '#ledger/log/cosignature.ts';
import { parseCheckpoint } from '#ledger/log/checkpoint.ts';
import { GrowingRoot } from '#ledger/log/growingRoot.ts';
import { LogFault } from '#ledger/log/logFault.ts';
import { parseNote } from '#ledger/log/note.ts';
import { cosignerNameOf } from '#ledger/log/origin.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { verifyConsistency } from '#ledger/log/consistency.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Database } from '../postgres/database.ts';
import { HistoryFault } from './historyFault.ts';
import type { HistoryProof, HistorySource } from './historySource.ts';

const enough = 2;

/** The tree of the copied facts, and the agencies' keys by the state of the own peer. */
type Checking = {
  readonly database: Database;
  readonly channel: string;
  readonly logKeys: ReadonlyMap<string, string>;
  readonly size: number;
};

/** What a copy was proved against. */
export type ProvedTree = { readonly origin: string; readonly root: Uint8Array; readonly cosigners: readonly string[] };

/** The agencies of the copied facts that are members by the state of the own peer, with the log keys that stand there. */
export async function findCosigners(
  { kysely }: Database,
  ownPeer: Pick<Ledger, 'head'>,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ agency: string }>`
    select distinct substr(stream, 8) as agency from store.copied_events where stream like 'agency-%'`.execute(kysely);
  const keys = new Map<string, string>();
  for (const { agency } of rows) {
    // Not from the copied facts, which these keys are to prove.
    const { data } = Member.safeParse((await ownPeer.head(`agency-${agency}`))?.state);
    if (data?.logKey !== undefined) keys.set(agency, data.logKey);
  }
  return keys;
}

const Member = z.object({ status: z.literal('admitted'), logKey: z.string().optional() });

/** Throws a HistoryFault unless both nodes show checkpoints, signed by two agencies, whose tree the copied facts make. */
export async function checkTree(checking: Checking, sources: readonly HistorySource[]): Promise<ProvedTree> {
  const told = await Promise.all(sources.map(async (source) => ({ source, proof: await source.proof(checking.size) })));
  const proved: Told[] = told.map(({ source, proof }) => ({
    source,
    proof,
    checked: checked(checking, source, proof),
  }));
  const [first] = proved;
  if (first === undefined) throw new Error('a history is proved against at least one checkpoint');
  const { origin } = first.checked;
  if (proved.some((each) => each.checked.origin !== origin))
    throw new HistoryFault('ERR_SOURCES_DISAGREE', 'the two nodes keep logs of different names');
  const root = await demandRoots(checking, proved);
  return { origin, root, cosigners: [...new Set(proved.flatMap((each) => each.checked.agencies))].sort() };
}

type Told = { readonly source: HistorySource; readonly proof: HistoryProof; readonly checked: CheckedCheckpoint };

function checked(checking: Checking, { agency }: HistorySource, { checkpoint }: HistoryProof): CheckedCheckpoint {
  try {
    const { origin } = parseCheckpoint(parseNote(checkpoint).text);
    // Block 0, whose hash ends the name, is not there to be asked; two agencies have signed the name with the rest.
    if (!origin.startsWith(`registry.plinth/${checking.channel}/`))
      throw new HistoryFault('ERR_CHECKPOINT_WRONG', `${agency} shows a checkpoint of another log`);
    const verifiers = [...checking.logKeys].map(([name, publicKey]) =>
      cosignerVerifier(cosignerNameOf(origin, name), { agency: name, publicKey }),
    );
    return checkCheckpoint(checkpoint, { origin, verifiers, agencies: enough });
  } catch (cause) {
    if (!(cause instanceof LogFault)) throw cause;
    if (fewSigned.includes(cause.code))
      throw new HistoryFault('ERR_NOT_COSIGNED', `${agency} shows no checkpoint that two agencies have signed`, cause);
    throw new HistoryFault('ERR_CHECKPOINT_WRONG', `the checkpoint of ${agency}: ${cause.code}`, cause);
  }
}

const fewSigned = ['ERR_TOO_FEW_SIGNERS', 'ERR_NOT_SIGNED'];

/** Computes the tree once; answers its root. */
async function demandRoots({ database, size }: Checking, proved: readonly Told[]): Promise<Uint8Array> {
  const smaller = new Map<number, Uint8Array>();
  const growing = new GrowingRoot();
  let anchorsSince = 0;
  for await (const { stream, body } of leaves(database)) {
    if (proved.some(({ checked: { size: wanted } }) => wanted === growing.size))
      smaller.set(growing.size, growing.root());
    growing.append(leafHash(Buffer.from(body)));
    if (!stream.startsWith('anchor-')) anchorsSince = growing.size;
  }
  const root = growing.root();
  if (growing.size !== size) throw new Error('the copy has changed while it was checked');
  for (const { source, proof, checked: checkpoint } of proved) {
    if (checkpoint.size < anchorsSince)
      throw new HistoryFault('ERR_NOT_COSIGNED', notCovered(source.agency, checkpoint.size, size));
    const agrees =
      checkpoint.size < size
        ? same(smaller.get(checkpoint.size), checkpoint.root)
        : verifyConsistency(proof.consistency, { size, root }, checkpoint);
    if (!agrees)
      throw new HistoryFault('ERR_ROOT_DISAGREES', `the facts do not make the tree of ${source.agency}'s checkpoint`);
  }
  return root;
}

function notCovered(agency: string, covered: number, size: number): string {
  return `the newest checkpoint that ${agency} shows covers ${covered} of ${size} facts; agencies sign as facts come, so try again`;
}

function same(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}

const pageSize = 2000;

async function* leaves({ kysely }: Database): AsyncGenerator<{ readonly stream: string; readonly body: string }> {
  for (let first = 0; ; first += pageSize) {
    const { rows } = await sql<{ stream: string; body: string }>`
      select stream, body from store.copied_events
      where leaf >= ${first} and leaf < ${first + pageSize} order by leaf`.execute(kysely);
    if (rows.length === 0) return;
    yield* rows;
  }
}
