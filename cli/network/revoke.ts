import type { Command } from 'commander';
import { revokeIdentity } from '#network/revoke.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network revoke`. */
export function revokeCommand(): Command {
  return subcommand('revoke', "revoke all certificates that an agency's authority has issued to somebody")
    .argument('<identity>', 'as the authority knows it: gateway, or a client that `enrol` made')
    .requiredOption('--agency <name>', 'whose authority')
    .addHelpText(
      'after',
      `
From the next configuration block on no peer and no orderer hears its holder.

Example:
  npm run network -- revoke gateway-2 --agency civil-registry`,
    )
    .action(revoke);
}

async function revoke(name: string, { agency, ...place }: NetworkPlace & { readonly agency: string }): Promise<void> {
  await revokeIdentity(folderOf(place), { agency, name });
  console.log(`the channel knows that the certificates of ${name} of ${agency} are revoked`);
}
