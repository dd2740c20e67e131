import { Command } from 'commander';
import { errorCode } from '#domain/errorCode.ts';
import { importCommand } from './import.ts';
import { networkCommand } from './network.ts';
import { tokenCommand } from './token.ts';

const program = new Command('plinth')
  .description('A foundational identity registry on a permissioned ledger.')
  .addCommand(importCommand())
  .addCommand(tokenCommand())
  .addCommand(networkCommand())
  .showHelpAfterError('(plinth --help shows what there is)');

try {
  await program.parseAsync();
} catch (error) {
  // What has a code was foreseen and says what to do; anything else is a bug, and its stack helps to find it.
  const foreseen = error instanceof Error && /^ERR_/.test(String(errorCode(error)));
  console.error(foreseen ? error.message : error);
  process.exitCode = 1;
}
