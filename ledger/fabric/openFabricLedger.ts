import { createCommitter, defaultCommitterOptions, type CommitterOptions } from '../committer.ts';
import { foreignClassRefusal, laneByHolders } from '../foreignClass.ts';
import type { Ledger } from '../ledger.ts';
import { followBlocks } from './blocks.ts';
import type { FabricConnection } from './connection.ts';
import { Gateways } from './gateways.ts';
import { Queries } from './queries.ts';
import { FabricTransactor } from './transactor.ts';

type FabricLedgerOptions = Partial<Omit<CommitterOptions, 'laneOf'>>;

/** Opens a Fabric network as a ledger. Nothing is asked of it yet: a network that is down shows at the first call. */
export function openFabricLedger(connection: FabricConnection, options: FabricLedgerOptions = {}): Ledger {
  const gateways = new Gateways(connection);
  const queries = new Queries(gateways, connection);
  const transactor = new FabricTransactor(connection, gateways);
  const committer = createCommitter(transactor, {
    ...defaultCommitterOptions,
    ...options,
    laneOf: laneByHolders(connection.classes),
  });
  return {
    submit: async (submission) => foreignClassRefusal(connection, submission) ?? committer.submit(submission),
    head: async (stream) => queries.head(stream),
    history: async (stream, from) => queries.history(stream, from),
    blocks: (from, signal) => followBlocks(connection, gateways.own, from, signal),
    privateEntry: async (collection, key) => queries.privateEntry(collection, key),
    status: async () => {
      const { channel, agency } = connection;
      return { kind: 'fabric', height: await queries.height(), channel, agency };
    },
    tip: async () => queries.tip(),
    close: async () => {
      await committer.close();
      gateways.close();
    },
  };
}
