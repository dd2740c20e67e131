import { Command } from 'commander';
import { handOverCommand } from './keys/handOver.ts';
import { recoverCommand } from './keys/recover.ts';
import { retireCommand } from './keys/retire.ts';
import { rotateCommand } from './keys/rotate.ts';
import { takeOverCommand } from './keys/takeOver.ts';

/** `plinth keys`: what has to be done with a node's keys from time to time, and when some are lost. */
export function keysCommand(): Command {
  return new Command('keys')
    .description("rotate, retire, hand over and recover a node's keys")
    .addCommand(rotateCommand())
    .addCommand(retireCommand())
    .addCommand(handOverCommand())
    .addCommand(takeOverCommand())
    .addCommand(recoverCommand());
}
