import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadCountry } from '#country/loadCountry.ts';
import { idOf } from '#domain/envelope.ts';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { subjectIndex } from '#projections/models/blindIndexes.ts';
import { readTransportKeys, transportFileOf, type EpochKey } from '#projections/keys/transportKeys.ts';
import { blocksOfFile } from '../blockFiles.ts';
import { agencyOf, databasePlace, keystoreFolder, settingsOf } from '../../settings.ts';
import { traceInDatabase } from './databaseTrace.ts';
import { nothing, type Findings } from './finding.ts';
import { isClosed, traceKeys } from './keyTrace.ts';
import { traceOnLedger, type LedgerTrace } from './ledgerTrace.ts';
import { lookAtFiles } from './nodeFiles.ts';
import { traceInStore } from './storeTrace.ts';
import type { ErasedOptions, NodePlace } from './nodePlace.ts';

/** What the ledger says, and what each look at the node found; no look is taken at what is not erased. */
type Looked = { readonly trace: LedgerTrace; readonly findings: readonly Findings[] };

/** Looks at everything of one node in which something of an identity could be left. */
export async function lookEverywhere(stream: string, options: ErasedOptions): Promise<Looked> {
  const settings = settingsOf(options);
  const agency = agencyOf(settings, await loadCountry(settings.country));
  const place = { options, settings, agency };
  await using ledger = openPeer(place);
  const trace = await traceOnLedger(blocksFrom(place, ledger), stream);
  if (trace.erased === undefined) return { trace, findings: [] };
  const keys = await ownKeys(place, idOf(stream));
  const keyFindings = traceKeys(trace, { agency, transport: keys?.transport });
  const files = await lookAtFiles(place, trace, {
    mark: keys?.mark,
    subject: keys?.subject,
    closed: isClosed(keyFindings),
  });
  return {
    trace,
    findings: [
      unpurged(trace),
      await askPeer(ledger, trace),
      await lookAtDatabase(place, trace, keys?.subject),
      await lookAtStore(place, trace, keys?.subject),
      ...files,
      keyFindings,
      backups(trace, options),
    ],
  };
}

type Peer = AsyncDisposable & { readonly ledger: Ledger | undefined };

/** The agency's peer; an embedded ledger belongs to its node, and only its files are read. */
function openPeer({ options, settings, agency }: NodePlace): Peer {
  if (options.ledger === 'embedded') return { ledger: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  const ledger = openFabricLedger(connectionOf(getDescription(settings.networkFolder), agency));
  return { ledger, [Symbol.asyncDispose]: () => ledger.close() };
}

async function* blocksFrom({ options, settings }: NodePlace, { ledger }: Peer): AsyncGenerator<Uint8Array> {
  if (options.from !== undefined || ledger === undefined) {
    yield* blocksOfFile(options.from ?? join(settings.dataFolder, 'ledger', 'blocks.log'));
    return;
  }
  const stop = new AbortController();
  try {
    const { height } = await ledger.status();
    for await (const { number, bytes } of ledger.blocks(0, stop.signal)) {
      yield bytes;
      if (number + 1 >= height) return;
    }
  } finally {
    stop.abort();
  }
}

type NodeKeys = { readonly transport: readonly EpochKey[]; readonly mark: Uint8Array; readonly subject: string };

async function ownKeys({ settings, agency }: NodePlace, identity: string): Promise<NodeKeys | undefined> {
  const folder = keystoreFolder(settings, agency);
  if (!existsSync(transportFileOf(folder))) return undefined;
  const keystore = await openFileKeystore(folder, agency);
  return {
    transport: await readTransportKeys(folder),
    mark: keystore.wrapMark(),
    subject: subjectIndex(keystore, identity),
  };
}

/** Values of proposals that the erasure did not name stay on the ledger until another erasure names them. */
function unpurged({ places }: LedgerTrace): Findings {
  const open = places
    .filter(({ isPurged }) => !isPurged)
    .map(({ stream, version, class: name }) => ({
      what: `private values of class ${name} that no transaction has purged`,
      where: `${stream}, version ${version}, at every agency of the class`,
      until: 'another erasure names them: propose one anew',
    }));
  return { ...nothing, open };
}

async function askPeer({ ledger }: Peer, { places }: LedgerTrace): Promise<Findings> {
  if (ledger === undefined) return nothing;
  const answers = await Promise.all(
    places.map(async ({ class: name, ...at }) => ({
      at,
      name,
      entry: await ledger.privateEntry(name, sealedKeyOf(at)),
    })),
  );
  const open = answers
    .filter(({ entry }) => entry !== undefined)
    .map(({ at, name }) => ({
      what: `sealed values of class ${name}`,
      where: `the peer's answer about ${at.stream}, version ${at.version}`,
      until: 'the peer has the block of the erasure',
    }));
  return { ...nothing, seen: [`peer: asked for ${places.length} private entries`], open };
}

async function lookAtDatabase(
  { settings, agency }: NodePlace,
  { stream, places }: LedgerTrace,
  subject: string | undefined,
): Promise<Findings> {
  const place = databasePlace(settings, agency);
  if ('directory' in place && !existsSync(place.directory)) return { ...nothing, unseen: ['database: there is none'] };
  return traceInDatabase(place, { ids: idsOf({ stream, places }), subject });
}

function idsOf({ stream, places }: Pick<LedgerTrace, 'stream' | 'places'>): readonly string[] {
  return [...new Set([stream, ...places.map((each) => each.stream)])].map(idOf);
}

async function lookAtStore(
  { settings, agency }: NodePlace,
  trace: LedgerTrace,
  subject: string | undefined,
): Promise<Findings> {
  const database = databasePlace(settings, agency);
  const url = settings.kurrentdbUrl;
  if (url === undefined || ('directory' in database && !existsSync(database.directory))) return nothing;
  return traceInStore({ url, agency, database }, { ids: idsOf(trace), subject });
}

function backups({ erased }: LedgerTrace, { oldestBackup }: ErasedOptions): Findings {
  if (oldestBackup === undefined)
    return { ...nothing, unseen: ['backups: say how old the oldest is, --oldest-backup'] };
  const day = erased?.at.slice(0, 10) ?? '';
  if (oldestBackup > day) return { ...nothing, seen: [`backups: the oldest, of ${oldestBackup}, is younger`] };
  const until = `every backup made on ${day} or before is destroyed; no node serves from one before it has caught up`;
  return { ...nothing, remains: [{ what: 'what the node then held', where: `backups since ${oldestBackup}`, until }] };
}
