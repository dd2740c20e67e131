import { Command } from 'commander';
import { consentsCommand } from './erase/consents.ts';
import { sweepCommand } from './erase/sweep.ts';

/** `plinth erase`: what is left to do when two agencies have agreed to forget a person. */
export function eraseCommand(): Command {
  return new Command('erase')
    .description('finish erasures: consents that are owed, and what the database keeps of deleted rows')
    .addCommand(consentsCommand())
    .addCommand(sweepCommand());
}
