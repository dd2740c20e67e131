import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { layoutOf } from '#network/layout.ts';
import { databasePlace } from '../../settings.ts';
import { searchFiles, type FileHit } from './fileTrace.ts';
import { nothing, type Findings } from './finding.ts';
import type { LedgerTrace } from './ledgerTrace.ts';
import type { NodePlace } from './nodePlace.ts';
import { accessKeyPatterns, placePatterns, rowPatterns, type FilePattern } from './rowPatterns.ts';

type Keys = {
  /** Of the node's key-encryption key; undefined when it is not at hand. */
  readonly mark: Uint8Array | undefined;
  /** What stands for the person in this node's tables. */
  readonly subject: string | undefined;
  /** Whether no transport key is left that opens what was sealed. */
  readonly closed: boolean;
};

type Search = {
  readonly name: string;
  readonly paths: readonly string[];
  readonly patterns: readonly FilePattern[];
  readonly until: string;
};

/** Searches the files of a node: private values of the ledger, the database, the logs. */
export async function lookAtFiles(
  place: NodePlace,
  trace: LedgerTrace,
  { mark, subject, closed }: Keys,
): Promise<readonly Findings[]> {
  const sealed = placePatterns([...new Set(trace.places.map(({ stream }) => stream))]);
  const rows = mark === undefined ? [] : [...rowPatterns(trace.places, mark), ...accessKeyPatterns(subject, mark)];
  const searches: readonly Search[] = [
    { name: 'private store', paths: privateStores(place), patterns: sealed, until: untilRewritten(place) },
    { name: 'database files', paths: databaseFiles(place), patterns: [...sealed, ...rows], until: untilSwept },
    { name: 'logs', paths: await logs(place), patterns: sealed, until: 'the log is removed' },
  ];
  return Promise.all(searches.map((search) => lookAt(search, closed)));
}

const untilSwept = 'PostgreSQL writes over it: plinth erase sweep; a key is dead after plinth keys rotate node';

function untilRewritten({ options }: NodePlace): string {
  if (options.ledger === 'embedded') return 'the next start of this ledger writes the file anew';
  return 'the peer compacts its files, nobody knows when; dead once every transport key below is destroyed';
}

async function lookAt({ name, paths, patterns, until }: Search, closed: boolean): Promise<Findings> {
  if (paths.length === 0) return { ...nothing, unseen: [`${name}: none is known here, name it`] };
  const { files, hits } = await searchFiles(paths, patterns);
  const dead = hits.filter(({ pattern }) => closed && pattern.isSealed);
  const alive = hits.filter((hit) => !dead.includes(hit));
  const note = dead.length === 0 ? '' : `, ${dead.length} times sealed values in them that no key here opens any more`;
  return { ...nothing, seen: [`${name}: ${files} files${note}`], remains: grouped(alive, until) };
}

/** One line for each thing and file, however often it lies there. */
function grouped(hits: readonly FileHit[], until: string): Findings['remains'] {
  const lines = new Map(hits.map(({ pattern: { what }, file }) => [`${what} ${file}`, { what, where: file, until }]));
  return [...lines.values()];
}

function privateStores({ options, settings, agency }: NodePlace): readonly string[] {
  if (options.peerData !== undefined) return options.peerData;
  const own =
    options.ledger === 'embedded'
      ? join(settings.dataFolder, 'ledger')
      : layoutOf(settings.networkFolder).agency(agency).peer.data;
  return existsSync(own) ? [own] : [];
}

function databaseFiles({ options, settings, agency }: NodePlace): readonly string[] {
  if (options.databaseFiles !== undefined) return [options.databaseFiles];
  const place = databasePlace(settings, agency);
  return 'directory' in place && existsSync(place.directory) ? [place.directory] : [];
}

async function logs({ options, settings, agency }: NodePlace): Promise<readonly string[]> {
  if (options.log !== undefined || options.ledger === 'embedded') return options.log ?? [];
  const { home } = layoutOf(settings.networkFolder).agency(agency);
  if (!existsSync(home)) return [];
  return (await readdir(home)).filter((name) => name.endsWith('.log')).map((name) => join(home, name));
}
