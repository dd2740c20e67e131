import type { Command } from 'commander';
import { enrolClient, useClient } from '#network/revoke.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network enrol`. */
export function enrolCommand(): Command {
  return subcommand('enrol', "have an agency's authority certify a further client")
    .argument('<identity>', 'a name that the authority does not know yet')
    .requiredOption('--agency <name>', 'whose authority')
    .option('--for-gateway', "the agency's gateway takes it from its next start on")
    .addHelpText(
      'after',
      `
Example, of a gateway whose key is lost; start it again between the two:
  npm run network -- enrol gateway-2 --agency civil-registry --for-gateway
  npm run network -- revoke gateway --agency civil-registry`,
    )
    .action(enrol);
}

type EnrolOptions = NetworkPlace & { readonly agency: string; readonly forGateway?: boolean };

async function enrol(name: string, { agency, forGateway, ...place }: EnrolOptions): Promise<void> {
  const folder = folderOf(place);
  const { certificate } = await enrolClient(folder, { agency, name });
  if (forGateway === true) useClient(folder, { agency, name });
  console.log(`certificate and key of ${name} lie beside ${certificate}`);
}
