import { readFile, rename, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { errorCode } from '#domain/errorCode.ts';
import type { Alarm } from '#ledger/verify/alarm.ts';
import { readMemory, writeMemory, type Memory } from '#ledger/verify/memory.ts';
import { Monitor } from '#ledger/verify/monitor.ts';
import { openSources, withSource, type Source, type SourceOptions } from './source.ts';
import { parsePin } from './verify.ts';
import { lookOnce, watch } from './watch.ts';

type FollowOptions = SourceOptions & {
  readonly pin?: string;
  readonly once?: true;
  readonly state?: string;
  readonly late: number;
  readonly silentMinutes: number;
  readonly silentBlocks: number;
};

const minute = 60_000;

const help = `
Every block is verified as by audit verify, from block 0 on at each start; on a network every peer's blocks are compared.
Alarms:
  ERR_LEDGER_BAD         a block that cannot be honest; nothing behind it can be judged, so the watch ends
  ERR_STREAM_REWRITTEN   a stream that does not go on from its own past
  ERR_FORK               another block than was seen before, or than another agency's peer shows
  ERR_STATE_DISPUTED     another agency's peer came to other validity flags or another state
  ERR_RULE_BROKEN        agencies endorsed a fact that no officer ordered, or no second agency agreed to
  ERR_HEAD_FALSE         agencies endorsed a state of a stream that its events do not make
  ERR_ROOT_DISPUTED      an agency anchored another root of the log than the blocks give
  ERR_COSIGNATURE_WRONG  an agency anchored without its own signature
  ERR_COSIGNER_REMOVED   an agency that was removed cosigned
  ERR_EVENT_LATE         an event that was held back
  ERR_ANCHOR_SILENT      an agency that stopped anchoring
  ERR_MEMORY_DAMAGED     the file of --state is not as it was written
An alarm about a block that an earlier run with the same --state has seen is not told again.

Ctrl-C or SIGTERM ends the watch. Exit code: 0 when there was no alarm, 1 when there was one, or no source could be read any more
(npx itself says 130 after Ctrl-C: where the code counts, run cli/plinth.mjs with node).

Examples:
  npx plinth audit follow --ledger fabric --pin "$PIN" --state seen.json
  npx plinth audit follow --once --ledger fabric --beside blocks-that-somebody-gave-me.log`;

/** `plinth audit follow`: a monitor of a running ledger. */
export function followCommand(): Command {
  const command = new Command('follow')
    .description('watch a running ledger and tell of whatever should not be; each alarm is a line with a code')
    .option('--once', 'end with what is there now; exits 1 when there was an alarm')
    .option('--state <file>', 'remember there what was seen, and hold the ledger to it in the next run')
    .option('--pin <hash>', 'hash of block 0 that you got from somebody you trust', parsePin)
    .option('--beside <file>', 'compare with the blocks in this file too; may be given again', together)
    .option('--late <minutes>', 'alarm at events that are so much older than their block', parseCount, 10)
    .option(
      '--silent-minutes <count>',
      'alarm when an agency leaves what is new unanchored for so long',
      parseCount,
      60,
    )
    .option('--silent-blocks <count>', 'or for so many blocks', parseCount, 1000)
    .action(run);
  return withSource(command).addHelpText('after', help);
}

function together(file: string, others: readonly string[] = []): readonly string[] {
  return [...others, file];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!(count >= 0) || text.trim() === '') throw new InvalidArgumentError('A number from 0 on.');
  return count;
}

async function run(options: FollowOptions): Promise<void> {
  const { state } = options;
  const memory = state === undefined ? undefined : await recall(state);
  if (memory === 'damaged') {
    const what = `${state ?? ''} is not as it was written; remove it to begin anew`;
    alarm([{ code: 'ERR_MEMORY_DAMAGED', block: 0, what }]);
    return;
  }
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGINT', end).on('SIGTERM', end); // and stays: who waits for the end may press twice
  const sources = openSources(options);
  try {
    await followAll(options, { sources, memory, signal: stop.signal });
  } finally {
    for (const source of sources) source.close();
  }
}

type Following = {
  readonly sources: readonly Source[];
  readonly memory: Memory | undefined;
  readonly signal: AbortSignal;
};

/** Begins anew without a source that has shown a bad block, for as long as there is another one. */
async function followAll(options: FollowOptions, { sources, memory, signal }: Following): Promise<void> {
  const { pin, once, state, late, silentMinutes, silentBlocks } = options;
  const monitor = new Monitor({
    trust: { pinnedConfig: pin, lateAfter: late * minute },
    patience: { blocks: silentBlocks, milliseconds: silentMinutes * minute },
    memory,
  });
  const note = async (): Promise<void> => {
    if (monitor.height > 0) console.log(statusOf(monitor));
    await remember(monitor.memory(), state);
  };
  const watcher = { alarm, say: (line: string) => console.log(line), note };
  try {
    if (once === true) await lookOnce(monitor, sources, watcher);
    else await watch(monitor, sources, watcher, signal);
  } finally {
    await note();
  }
  const others = sources.filter(({ name }) => !monitor.isDistrusted(name));
  if (monitor.isBad && others.length > 0 && !signal.aborted)
    await followAll(options, { sources: others, memory: monitor.memory(), signal });
}

function alarm(alarms: readonly Alarm[]): void {
  for (const { code, block, what } of alarms) {
    console.log(`ALARM ${code} block ${block}: ${what}`);
    process.exitCode = 1;
  }
}

function statusOf({ height, audit: { log } }: Monitor): string {
  const cosigned = log.findCheckpoint(2);
  return `followed to block ${height - 1}, ${log.size} leaves, ${cosigned?.size ?? 0} of them cosigned by two agencies`;
}

async function recall(file: string): Promise<Memory | 'damaged' | undefined> {
  try {
    return readMemory(await readFile(file, 'utf8')) ?? 'damaged';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the file in one step. */
async function remember(memory: Memory | undefined, file: string | undefined): Promise<void> {
  if (file === undefined || memory === undefined) return;
  await writeFile(`${file}.draft`, writeMemory(memory), { mode: 0o600 });
  await rename(`${file}.draft`, file);
}
