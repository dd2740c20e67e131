import { InvalidArgumentError, type Command } from 'commander';
import { renewCertificates } from '#network/renew.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network renew`. */
export function renewCommand(): Command {
  return subcommand(
    'renew',
    'certify anew whose certificates expire soon; peers and orderers start again one at a time',
  )
    .option('--agency <name>', 'of one agency only')
    .option('--within <days>', 'those that last fewer days than this', daysOf, 60)
    .addHelpText(
      'after',
      `
Examples:
  npm run network -- renew
  npm run network -- renew --agency civil-registry --within 90`,
    )
    .action(renew);
}

type RenewOptions = NetworkPlace & { readonly agency?: string; readonly within: number };

async function renew({ agency, within, ...place }: RenewOptions): Promise<void> {
  const report = (line: string): void => console.log(line);
  const renewed = await renewCertificates(folderOf(place), { agency, within, report });
  console.log(renewed === 0 ? `no certificate lasts fewer than ${within} days` : `${renewed} were certified anew`);
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('days are a whole number');
  return days;
}
