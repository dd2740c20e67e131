import { Command } from 'commander';
import { recoverContentKeys } from '#projections/keys/recoverKeys.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import type { NodeOptions } from '../settings.ts';
import { withKeys } from './openKeys.ts';

/** `plinth keys recover`: after node.json was lost. */
export function recoverCommand(): Command {
  return withNodeOptions(
    new Command('recover')
      .description("open sealed values anew with the agency's transport keys after node.json was lost")
      .action(run),
  ).addHelpText(
    'after',
    `
Stop the node first. What was sealed in a retired epoch stays closed until a member of its class hands the keys over
(plinth keys hand-over). Then run \`plinth rebuild\`: people are found by indexes under the new keys.

Example:
  npx plinth keys recover && npx plinth rebuild`,
  );
}

async function run(options: NodeOptions): Promise<void> {
  await withKeys(options, async ({ keystore, database }) => {
    const { recovered, missing } = await recoverContentKeys({ database, keystore });
    console.log(`${recovered} content keys recovered`);
    if (missing > 0) console.log(`${missing} stay closed: have their keys handed over by a member of their class`);
  });
}
