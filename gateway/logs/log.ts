import type { IncomingMessage, ServerResponse } from 'node:http';
import { cosignerVerifier } from '#ledger/log/cosignature.ts';
import { entryBundleOf } from '#ledger/log/entryBundle.ts';
import { LogFault } from '#ledger/log/logFault.ts';
import { logVerifier } from '#ledger/log/logSignature.ts';
import { cosignerNameOf } from '#ledger/log/origin.ts';
import { parseTilePath, type Tile, tileWidth } from '#ledger/log/tiles.ts';
import { keptAccessLog, readAccessLeaves } from '#projections/logs/accessTree.ts';
import { findLogKeys } from '#projections/models/anchors.ts';
import { readTile } from '#projections/logs/keptTree.ts';
import type { NodeLog } from '#projections/logs/nodeLog.ts';
import { readLeaves } from '#projections/models/registryLog.ts';
import { findCheckpoint, keptRegistryLog, type KeptLog, nameOf, noteOf } from '#projections/logs/signedCheckpoint.ts';
import type { Caller } from '../caller.ts';
import type { GatewayParts } from '../context.ts';
import { accessEntry, accessProof, factEntry, factProof } from './logProofs.ts';
import { RequestError } from '../http/requestError.ts';

/** What of a gateway it takes to answer about its logs. */
export type LogParts = Pick<GatewayParts, 'accessLog' | 'database' | 'keystore' | 'catchUp'> & {
  readonly log: NodeLog;
};

type LogPage = { readonly type: string; readonly body: string | Buffer; readonly cache: string };
type Question = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: () => Promise<Caller | undefined>;
};

/** Answers what lies under `/log/`: the registry log as C2SP serves one, and under `/log/access/` that of access records. */
export async function answerLog(
  parts: LogParts,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  caller: () => Promise<Caller | undefined>,
): Promise<void> {
  if (request.method !== 'GET') throw new RequestError('ERR_METHOD_NOT_ALLOWED', 'a log is read by GET');
  const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://node');
  const path = pathname.slice('/log/'.length);
  const page = path.startsWith('access/')
    ? await pageOf(parts, accesses, { path: path.slice('access/'.length), query, caller })
    : await pageOf(parts, facts, { path, query, caller });
  response.writeHead(200, {
    ...{ 'content-type': page.type, 'content-length': Buffer.byteLength(page.body), 'cache-control': page.cache },
    'x-content-type-options': 'nosniff',
  });
  response.end(page.body);
}

type Leaves = (database: GatewayParts['database'], first: number, count: number) => Promise<readonly Buffer[]>;
type Reader = (parts: LogParts, query: URLSearchParams, caller: Caller | undefined) => Promise<string>;

/** One of the two logs, with what is read from it beside its tree. */
type ServedLog = { readonly kept: KeptLog; readonly leaves: Leaves; readonly proof: Reader; readonly entry: Reader };
const facts: ServedLog = { kept: keptRegistryLog, leaves: readLeaves, proof: factProof, entry: factEntry };
const accesses: ServedLog = { kept: keptAccessLog, leaves: readAccessLeaves, proof: accessProof, entry: accessEntry };

const plain = 'text/plain; charset=utf-8';
const bytes = 'application/octet-stream';
const forGood = 'public, max-age=31536000, immutable';
const notAtAll = 'no-store';

async function pageOf(parts: LogParts, served: ServedLog, { path, query, caller }: Question): Promise<LogPage> {
  if (path === 'checkpoint') return { type: plain, body: await checkpoint(parts, served.kept), cache: 'no-cache' };
  if (path === 'keys') return { type: plain, body: await keyLines(parts, served.kept), cache: 'no-cache' };
  if (path === 'proof' || path === 'entry') {
    await parts.catchUp.check();
    return { type: plain, body: await served[path](parts, query, await caller()), cache: notAtAll };
  }
  const { level, ...place } = tileIn(path);
  if (level !== 'entries') {
    const tile = await readTile(parts.database.kysely, served.kept.tree, { level, ...place });
    if (tile === undefined) throw noSuchTile();
    return { type: bytes, body: tile, cache: forGood };
  }
  demandReader(await caller());
  return { type: bytes, body: await bundle(parts, served, place), cache: notAtAll };
}

async function checkpoint({ database, log }: LogParts, kept: KeptLog): Promise<string> {
  const newest = await findCheckpoint({ database, log }, kept, 0);
  if (newest === undefined) throw new RequestError('ERR_NO_SUCH_PAGE', 'this log has no leaves yet');
  return noteOf(newest);
}

/** The keys that sign checkpoints, as C2SP writes them: of this node as the log, of every agency as cosigner. Believe the ledger, not this page. */
async function keyLines({ database, log }: LogParts, kept: KeptLog): Promise<string> {
  const [name, registry, keys] = await Promise.all([nameOf(log, kept), log.origin(), findLogKeys(database)]);
  const own = logVerifier(name, { agency: log.agency, publicKey: log.key.publicKey });
  const cosigners = keys.map(({ agency, key }) =>
    cosignerVerifier(cosignerNameOf(registry, agency), { agency, publicKey: key }),
  );
  return [own, ...cosigners].map(({ line }) => `${line}\n`).join('');
}

async function bundle(
  { database }: LogParts,
  { leaves }: ServedLog,
  { index, width }: Pick<Tile, 'index' | 'width'>,
): Promise<Buffer> {
  const entries = await leaves(database, index * tileWidth, width);
  if (entries.length < width) throw noSuchTile();
  return entryBundleOf(entries);
}

function tileIn(path: string): Tile {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof LogFault) throw noSuchTile();
    throw error;
  }
}

/** Events say who acted when, so whole bundles of them are for members and auditors. */
function demandReader(caller: Caller | undefined): void {
  if (caller === undefined) throw new RequestError('ERR_UNAUTHENTICATED', 'entries are for members and auditors');
  if (caller.kind !== 'auditor' && caller.kind !== 'officer')
    throw new RequestError('ERR_FORBIDDEN', 'entries are for members and auditors');
}

function noSuchTile(): RequestError {
  return new RequestError('ERR_NO_SUCH_PAGE', 'the log has no such tile');
}
