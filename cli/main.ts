import { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { copyHistoryCommand } from './copyHistory.ts';
import { enterCommand } from './enter.ts';
import { eraseCommand } from './erase.ts';
import { eventsCommand } from './events.ts';
import { importCommand } from './import.ts';
import { keysCommand } from './keys.ts';
import { networkCommand } from './network.ts';
import { rebuildCommand } from './rebuild.ts';
import { schemaCommand } from './schema.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { tokenCommand } from './token.ts';
import { webhooksCommand } from './webhooks.ts';

const program = new Command('plinth')
  .description('A foundational identity registry on a permissioned ledger.')
  .addCommand(startCommand())
  .addCommand(importCommand())
  .addCommand(tokenCommand())
  .addCommand(statusCommand())
  .addCommand(rebuildCommand())
  .addCommand(enterCommand())
  .addCommand(copyHistoryCommand())
  .addCommand(eventsCommand())
  .addCommand(eraseCommand())
  .addCommand(auditCommand())
  .addCommand(keysCommand())
  .addCommand(webhooksCommand())
  .addCommand(networkCommand())
  .addCommand(schemaCommand())
  .showHelpAfterError('(plinth --help shows what there is)');

try {
  await program.parseAsync();
} catch (error) {
  // A message that begins with a code was foreseen and says what to do; anything else is a bug, and its stack helps to find it.
  const foreseen = error instanceof Error && /^ERR_[A-Z_]+: /.test(error.message);
  console.error(foreseen ? error.message : error);
  process.exitCode = 1;
}
