import { Command, Option } from 'commander';
import type { Moved } from '#projections/kurrentdb/moveEvents.ts';
import { withKeys } from '../keys/openKeys.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { settingsOf, SettingsFault, type NodeOptions } from '../settings.ts';

const stores = ['postgres', 'kurrentdb'] as const;
type Store = (typeof stores)[number];
type CopyOptions = NodeOptions & { readonly from: Store; readonly to: Store };

/** `plinth events copy`: everything from one store to the other, and which of the two is the node's from then on. */
export function copyCommand(): Command {
  return withNodeOptions(
    new Command('copy')
      .description('copy every event of a node from one store to the other, compare both, and switch')
      .addOption(new Option('--from <store>', 'where they lie').choices(stores).makeOptionMandatory())
      .addOption(new Option('--to <store>', 'where they shall lie').choices(stores).makeOptionMandatory())
      .action(run),
  ).addHelpText(
    'after',
    `
Stop the node first. May be interrupted and repeated: it goes on with what is missing. At the end both stores are read
from the beginning and hashed, facts in the ledger's order and access records in theirs; only equal ones are switched.
Access records lie in KurrentDB sealed; their keys stay in the database (schema keystore), which is backed up as before.

Errors:
  ERR_TARGET_HOLDS_OTHER  the target has events that the source does not have: nothing was switched, take an empty one
  ERR_STORES_DIFFER       the two are not equal at the end: something else writes into one of them
  ERR_STORE_UNAVAILABLE   KurrentDB gave no answer: repeat the command when it does

Examples:
  KURRENTDB_URL=kurrentdb://127.0.0.1:2113?tls=false npx plinth events copy --from postgres --to kurrentdb
  KURRENTDB_URL=kurrentdb://127.0.0.1:2113?tls=false npx plinth events copy --from kurrentdb --to postgres`,
  );
}

async function run({ from, to, ...options }: CopyOptions): Promise<void> {
  const { kurrentdbUrl } = settingsOf(options);
  if (from === to) throw new SettingsFault('--from and --to name two stores');
  if (kurrentdbUrl === undefined) throw new SettingsFault('KURRENTDB_URL says where the KurrentDB is');
  // The client is large, and no other command needs it.
  const { Connection } = await import('#projections/kurrentdb/connection.ts');
  const { moveToKurrentDb, moveToPostgres } = await import('#projections/kurrentdb/moveEvents.ts');
  await withKeys(options, async ({ agency, keystore, database }) => {
    const connection = new Connection({ url: kurrentdbUrl, node: agency });
    try {
      const move = to === 'kurrentdb' ? moveToKurrentDb : moveToPostgres;
      const moved = await move({ connection, database, keystore }, progressLine());
      if (process.stdout.isTTY) process.stdout.write('\n');
      console.log(resultOf(moved));
      console.log(
        to === 'kurrentdb'
          ? "the node's events lie in KurrentDB: start it with KURRENTDB_URL"
          : "the node's events lie in its database: start it without KURRENTDB_URL",
      );
    } finally {
      await connection.close();
    }
  });
}

function resultOf({ from, to }: Moved): string {
  return [
    `facts    ${to.facts}, source ${from.factsHash}`,
    `         ${' '.repeat(String(to.facts).length)}  target ${to.factsHash}`,
    `local    ${to.local}, source ${from.localHash}`,
    `         ${' '.repeat(String(to.local).length)}  target ${to.localHash}`,
    'equal',
  ].join('\n');
}

/** One line on a terminal that tells how far it is; elsewhere nothing. */
function progressLine(): (events: number) => void {
  let done = 0;
  return (events) => {
    done += events;
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${done} events copied`);
  };
}
