import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { BlockReader } from '#ledger/fabric/blockReader.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { blocksOfFile } from './blockFiles.ts';
import { followFile } from './followFile.ts';

/** Options that say whose blocks an auditor looks at. */
export type SourceOptions = {
  readonly ledger: 'embedded' | 'fabric';
  readonly from?: string;
  /** Whose client certificate. */
  readonly agency?: string;
  /** Whose peers. */
  readonly peers?: readonly string[];
  /** Files to be compared with what comes from there. */
  readonly beside?: readonly string[];
};

/** Where blocks come from. */
export type Source = {
  /** A file, or the agency whose peer it is. */
  readonly name: string;
  /** What is there now, from block 0 on. */
  readonly blocks: () => AsyncIterable<Uint8Array>;
  /** The same, and then whatever is added until the signal aborts. */
  readonly follow: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly close: () => void;
};

/** Gives a command the options that say where blocks come from. */
export function withSource(command: Command): Command {
  return command
    .addOption(new Option('--ledger <kind>', 'which ledger').choices(['embedded', 'fabric']).default('embedded'))
    .option('--from <path>', "blocks.log of an embedded ledger, or a peer's blockfile or the folder of those")
    .option('--agency <name>', 'whose client certificate to use on a network (default: one that does not endorse)')
    .option('--peers <names>', 'whose peers to ask on a network, by commas (default: all)', (text) => text.split(','))
    .addHelpText(
      'after',
      `
Blocks come from a file as it is, or from peers by a client's certificate; no key, keystore or database is needed.
Environment:
  PLINTH_DATA     where the embedded ledger lies (.plinth), without --from
  PLINTH_NETWORK  where the Fabric network lies (.network), with --ledger fabric`,
    );
}

/** The sources that the options name, at least one. Whoever opens them closes them. */
export function openSources({ beside = [], ...options }: SourceOptions): readonly [Source, ...Source[]] {
  return [...ownSources(options), ...beside.map((path) => fileSource(path, path))];
}

function ownSources(options: SourceOptions): readonly [Source, ...Source[]] {
  if (options.from !== undefined) return [fileSource(options.from)];
  if (options.ledger === 'fabric') return networkSources(options);
  return [fileSource(join(resolve(process.env['PLINTH_DATA'] ?? '.plinth'), 'ledger', 'blocks.log'))];
}

function fileSource(path: string, name = 'the file'): Source {
  return {
    name,
    blocks: () => blocksOfFile(path),
    follow: (signal) => followFile(path, signal),
    close: () => undefined,
  };
}

function networkSources({ agency, peers }: SourceOptions): readonly [Source, ...Source[]] {
  const description = getDescription(resolve(process.env['PLINTH_NETWORK'] ?? '.network'));
  const { agencies, endorsement } = description;
  const auditor = agency ?? agencies.find(({ name }) => !endorsement.agencies.includes(name))?.name;
  const connection = connectionOf(description, auditor ?? agencies[0]?.name ?? '');
  // Every peer, also those that do not endorse: a node would not ask them, an auditor compares all.
  const [first, ...others] = agencies
    .flatMap(({ name, peer }) => (peer === undefined ? [] : [{ agency: name, ...peer }]))
    .filter((peer) => peers === undefined || peers.includes(peer.agency))
    .map((peer) => peerSource(new BlockReader(connection, peer)));
  if (first === undefined) throw new Error(`ERR_SETTING: none of ${peers?.join(', ') ?? 'the agencies'} has a peer`);
  return [first, ...others];
}

function peerSource(reader: BlockReader): Source {
  return {
    name: reader.agency,
    blocks: () => untilNow(reader),
    follow: (signal) => reader.blocks(0, signal),
    close: () => reader.close(),
  };
}

/** A peer goes on while it is asked, so the end is its height at the beginning. */
async function* untilNow(reader: BlockReader): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  try {
    const height = await reader.height();
    let read = 0;
    for await (const bytes of reader.blocks(0, stop.signal)) {
      yield bytes;
      read += 1;
      if (read >= height) break;
    }
  } finally {
    stop.abort();
  }
}
