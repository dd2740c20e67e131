import { Command } from 'commander';
import { copyCommand } from './events/copy.ts';

/** `plinth events`: where a node's events lie. */
export function eventsCommand(): Command {
  return new Command('events').description("move a node's events from one store to another").addCommand(copyCommand());
}
