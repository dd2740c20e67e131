import { Command, InvalidArgumentError } from 'commander';
import { withNodeOptions } from '../nodeOptions.ts';
import { together, type Findings } from './erased/finding.ts';
import { lookEverywhere } from './erased/lookEverywhere.ts';
import type { LedgerTrace } from './erased/ledgerTrace.ts';
import type { ErasedOptions } from './erased/nodePlace.ts';

/** `plinth audit erased`: what is left of a person at one node, and until when. */
export function erasedCommand(): Command {
  return withNodeOptions(
    new Command('erased')
      .description('search a node for what is left of an erased identity; exits 0 when nothing is, 3 when something is')
      .argument('<identity>', "the identity's id")
      .option('--from <path>', "blocks.log of an embedded ledger, or a peer's blockfile or the folder of those")
      .option('--peer-data <folders...>', "data folders of the agency's peers (default: that of the network's folder)")
      .option('--database-files <folder>', "PostgreSQL's data folder (default: the embedded one's)")
      .option('--log <paths...>', 'log files, or folders of them')
      .option('--oldest-backup <date>', 'day of the oldest backup of this node that still exists', parseDay)
      .action(run),
  ).addHelpText(
    'after',
    `
Looked at: what the ledger says was purged; the peer, asked for every value; every row of every table of the database;
every event of this node in its KurrentDB, where it has one (sealed records without their keys stay there);
and the bytes of the private store, of the peer's and the database's files (LevelDB's uncompressed), and of logs; then
the keys that could open a copy. Digests, keyed hashes and the course of events are public and stay on the ledger.

It sees this node only: every agency runs it for its own. It cannot see backups, copies, or what a disk keeps of a file
that was removed. Exits 1 when the identity is not erased, or when this node still answers a value of it.

Example:
  npx plinth audit erased "$IDENTITY" --ledger fabric --agency civil-registry --oldest-backup 2026-01-31 --log .network/agencies/civil-registry`,
  );
}

function parseDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidArgumentError('A day is written 2026-01-31.');
  return text;
}

async function run(identity: string, options: ErasedOptions): Promise<void> {
  const { trace, findings } = await lookEverywhere(`identity-${identity}`, options);
  printTrace(trace);
  if (trace.erased === undefined) {
    console.log(trace.events === 0 ? 'NO SUCH IDENTITY on this ledger' : 'NOT ERASED');
    process.exitCode = 1;
    return;
  }
  const all = together(findings);
  for (const what of all.seen) row('looked at', what);
  for (const { what, where, until } of [...all.open, ...all.remains])
    row('remains', `${what}\n${where}\nuntil ${until}`);
  for (const what of all.unseen) row('not looked at', what);
  console.log(verdictOf(all));
  process.exitCode = exitCodeOf(all);
}

function printTrace({ stream, events, erased, places }: LedgerTrace): void {
  const digests = places.reduce((sum, each) => sum + each.digests, 0);
  const purged = places.filter(({ isPurged }) => isPurged).length;
  row('identity', stream);
  if (erased !== undefined) row('erased', `in block ${erased.block}, ${erased.at}, ${erased.reason}`);
  row('public', `${events} events and ${digests} salted digests, which stay`);
  row('purged', `${purged} of ${places.length} private entries, by the ledger's own word`);
}

function row(name: string, text: string): void {
  const [first = '', ...more] = text.split('\n');
  console.log(name.padEnd(16) + first);
  for (const line of more) console.log(' '.repeat(18) + line);
}

function verdictOf({ open, remains, unseen }: Findings): string {
  if (open.length > 0) return 'NOT FORGOTTEN: this node still has values that its keys open';
  if (remains.length + unseen.length === 0) return 'forgotten: nothing is left at this node';
  return 'logically erased: no value can be had from this node; what is listed above is left of it';
}

function exitCodeOf({ open, remains, unseen }: Findings): number {
  if (open.length > 0) return 1;
  return remains.length + unseen.length === 0 ? 0 : 3;
}
