import { Command } from 'commander';
import { downCommand } from './network/down.ts';
import { logsCommand } from './network/logs.ts';
import { refoldCommand } from './network/refold.ts';
import { networkStatusCommand } from './network/status.ts';
import { upCommand } from './network/up.ts';
import { upgradeCommand } from './network/upgrade.ts';

/** `plinth network`: a Fabric network of all agencies on this machine, without containers. */
export function networkCommand(): Command {
  return new Command('network')
    .description('run the Fabric network of all agencies on this machine')
    .addCommand(upCommand())
    .addCommand(upgradeCommand())
    .addCommand(refoldCommand())
    .addCommand(downCommand())
    .addCommand(networkStatusCommand())
    .addCommand(logsCommand())
    .addHelpText('after', '\nThen: npm start -- --ledger fabric --agency civil-registry');
}
