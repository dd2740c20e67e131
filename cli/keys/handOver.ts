import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { handOver } from '#projections/keys/handOver.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { openLedger } from '../openLedger.ts';
import { agencyOf, settingsOf, type NodeOptions } from '../settings.ts';
import { checkAgreed, transportKeyOf } from './agencyOnLedger.ts';
import { withKeys } from './openKeys.ts';

type HandOverOptions = NodeOptions & {
  readonly to: string;
  readonly class: string;
  readonly proposal: string;
  readonly output: string;
};

/** `plinth keys hand-over`: writes the content keys of a class for another agency, which two agencies have agreed on. */
export function handOverCommand(): Command {
  return withNodeOptions(
    new Command('hand-over')
      .description('write a file with the content keys of a class, wrapped for another agency alone')
      .requiredOption('--to <agency>', 'who gets them')
      .requiredOption('--class <class>', 'of which attribute class')
      .requiredOption('--proposal <id>', 'the proposal of HandOverKeys that was approved and carried out')
      .requiredOption('-o, --output <file>', 'where to write them')
      .action(run),
  ).addHelpText(
    'after',
    `
The file is of use to nobody but the receiving agency's node, and is signed by this one. The receiver checks every entry
and key in it against the ledger: plinth keys take-over <file>.

Example, once an administrator of the receiver has carried out the proposal handOverKeys:
  npx plinth keys hand-over --agency civil-registry --to tax-office --class identification --proposal <id> -o keys.jsonl`,
  );
}

async function run(options: HandOverOptions): Promise<void> {
  const settings = settingsOf(options);
  const country = await loadCountry(settings.country);
  const opened = await openLedger(settings, country, agencyOf(settings, country));
  try {
    await withKeys(options, async ({ agency: from, database, keystore }) => {
      const { to, class: className, proposal, output } = options;
      const errand = { channel: opened.channel, from, to, class: className, proposal };
      await checkAgreed(opened.ledger, errand);
      const receiver = await transportKeyOf(opened.ledger, to);
      const draft = `${output}.draft`;
      const lines = Readable.from(handOver({ database, keystore }, errand, receiver));
      await pipeline(lines, createWriteStream(draft, { mode: 0o600, flush: true }));
      await rename(draft, output);
      console.log(`written for ${to}, epoch ${receiver.epoch}: ${output}`);
    });
  } finally {
    await opened.close();
  }
}
