import { Command } from 'commander';
import { checkCommand } from './audit/check.ts';
import { erasedCommand } from './audit/erased.ts';
import { exportCommand } from './audit/export.ts';
import { followCommand } from './audit/follow.ts';
import { proveCommand } from './audit/prove.ts';
import { verifyCommand } from './audit/verify.ts';

/** `plinth audit`: what an auditor checks without trusting any node. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('check the ledger without trusting any node')
    .addCommand(verifyCommand())
    .addCommand(followCommand())
    .addCommand(proveCommand())
    .addCommand(exportCommand())
    .addCommand(checkCommand())
    .addCommand(erasedCommand());
}
