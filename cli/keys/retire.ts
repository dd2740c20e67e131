import { Command, InvalidArgumentError } from 'commander';
import { KeyFault } from '#projections/keys/keyFault.ts';
import { findAgency } from '#projections/models/agencies.ts';
import { missingCounts } from '#projections/ingest/missing.ts';
import { readTransportKeys, removeTransportKey } from '#projections/keys/transportKeys.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import type { NodeOptions } from '../settings.ts';
import { withKeys, type OpenedKeys } from './openKeys.ts';

/** `plinth keys retire`: destroys the private half of a former epoch. */
export function retireCommand(): Command {
  return withNodeOptions(
    new Command('retire')
      .description('destroy the transport key of an epoch that is over')
      .argument('<epoch>', 'its number', parseEpoch)
      .action(run),
  ).addHelpText(
    'after',
    `
Refused while anything could be opened by that key alone. Afterwards the node's own wraps are the only way to what was
sealed in that epoch: destroy the key in backups too, and let erased values be gone for good.
A node that was stopped for the rotation sees the end of the epoch when it runs: rotate, start it and stop it, then retire.

Example, after plinth keys rotate transport has begun epoch 2:
  npx plinth keys retire 1`,
  );
}

function parseEpoch(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('An epoch is a number from 1 on.');
  return Number(text);
}

async function run(epoch: number, options: NodeOptions): Promise<void> {
  await withKeys(options, async (keys) => {
    await checkOver(keys, epoch);
    await removeTransportKey(keys.folder, epoch);
    const remaining = (await readTransportKeys(keys.folder)).map((each) => each.epoch).join(', ');
    console.log(`the transport key of epoch ${epoch} is destroyed; there remain: ${remaining}`);
  });
}

/** The facts of this node reach beyond the epoch, so all that was sealed in it has come, and none of it is still closed. */
async function checkOver({ database, agency }: OpenedKeys, epoch: number): Promise<void> {
  const known = await findAgency(database, agency);
  if (known === undefined || known.transportKey.epoch <= epoch)
    throw new KeyFault('ERR_EPOCH_NEEDED', `this node has not seen the end of epoch ${epoch}: let it catch up first`);
  const closed = (await missingCounts(database)).filter(({ reason }) =>
    ['ERR_ENTRY_MISSING', 'ERR_WRAP_UNFIT'].includes(reason),
  );
  const count = closed.reduce((sum, each) => sum + each.count, 0);
  if (count > 0)
    throw new KeyFault(
      'ERR_EPOCH_NEEDED',
      `${count} private values have not come or not opened yet: plinth status says which`,
    );
}
