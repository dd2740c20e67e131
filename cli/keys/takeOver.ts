import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { KeyFault } from '#projections/keys/keyFault.ts';
import { checkSignature, headerOf, takeOver, type TakenOver } from '#projections/keys/takeOver.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { openLedger } from '../openLedger.ts';
import { agencyOf, settingsOf, type NodeOptions } from '../settings.ts';
import { checkAgreed, nodeKeyOnLedger } from './agencyOnLedger.ts';
import { withKeys } from './openKeys.ts';

/** `plinth keys take-over`: takes content keys that a member of a class has handed over. */
export function takeOverCommand(): Command {
  return withNodeOptions(
    new Command('take-over')
      .description('take the keys of a hand-over, each checked against the ledger')
      .argument('<file>', 'what `plinth keys hand-over` has written at the other node')
      .action(run),
  ).addHelpText(
    'after',
    '\nStop the node first, unless DATABASE_URL names a server of your own. May be repeated.\n\nExample:\n  npx plinth keys take-over keys.jsonl --ledger fabric --agency tax-office',
  );
}

async function run(file: string, options: NodeOptions): Promise<void> {
  const settings = settingsOf(options);
  const country = await loadCountry(settings.country);
  const opened = await openLedger(settings, country, agencyOf(settings, country));
  try {
    const lines = () => createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    const header = await headerOf(lines);
    await withKeys(options, async ({ agency, database, keystore }) => {
      if (header.to !== agency || header.channel !== opened.channel)
        throw new KeyFault('ERR_HAND_OVER_NOT_AGREED', `this was handed over to ${header.to} on ${header.channel}`);
      await checkAgreed(opened.ledger, header);
      await checkSignature(lines, await nodeKeyOnLedger(opened.ledger, header.from));
      report(await takeOver({ database, keystore, ledger: opened.ledger }, header, lines));
    });
  } finally {
    await opened.close();
  }
}

function report({ taken, refused }: TakenOver): void {
  console.log(`${taken} private values can be served now`);
  for (const [code, count] of refused) console.log(`${count} were not taken: ${code}`);
  if (refused.size > 0) process.exitCode = 1;
}
