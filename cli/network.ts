import { Command } from 'commander';
import { addAgencyCommand } from './network/addAgency.ts';
import { addHolderCommand } from './network/addHolder.ts';
import { addOrdererCommand } from './network/addOrderer.ts';
import { backupCommand, restoreCommand } from './network/backup.ts';
import { downCommand } from './network/down.ts';
import { enrolCommand } from './network/enrol.ts';
import { logsCommand } from './network/logs.ts';
import { refoldCommand } from './network/refold.ts';
import { removeAgencyCommand } from './network/removeAgency.ts';
import { removeOrdererCommand } from './network/removeOrderer.ts';
import { renewCommand } from './network/renew.ts';
import { revokeCommand } from './network/revoke.ts';
import { networkStatusCommand } from './network/status.ts';
import { upCommand } from './network/up.ts';
import { upgradeCommand } from './network/upgrade.ts';

const commands = [
  ...[upCommand, networkStatusCommand, logsCommand, downCommand],
  ...[upgradeCommand, refoldCommand],
  ...[addAgencyCommand, addHolderCommand, removeAgencyCommand],
  ...[addOrdererCommand, removeOrdererCommand],
  ...[renewCommand, enrolCommand, revokeCommand],
  ...[backupCommand, restoreCommand],
];

/** `plinth network`: a Fabric network of all agencies on this machine, without containers. */
export function networkCommand(): Command {
  const network = new Command('network').description('run the Fabric network of all agencies on this machine');
  for (const command of commands) network.addCommand(command());
  return network.addHelpText('after', '\nThen: npm start -- --ledger fabric --agency civil-registry');
}
