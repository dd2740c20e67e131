import { Option, type Command } from 'commander';

/** Gives a command the options that say which node it is about. */
export function withNodeOptions(command: Command): Command {
  return command
    .addOption(new Option('--ledger <kind>', 'which ledger').choices(['embedded', 'fabric']).default('embedded'))
    .option('--agency <name>', 'whose node it is (default: the first agency of the country)')
    .addHelpText(
      'after',
      `
Environment:
  PLINTH_COUNTRY  name or path of the country pack (demo)
  PLINTH_DATA     where this node keeps its data (.plinth)
  PLINTH_NETWORK  where the Fabric network lies (.network)
  DATABASE_URL    a PostgreSQL of your own, 15 or newer (default: an embedded one)
  KURRENTDB_URL   a KurrentDB for the node's events (default: they lie in the database)
  PORT            port of the gateway (4000)`,
    );
}
