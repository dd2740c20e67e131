import { openPeerGateway } from '#ledger/fabric/peerGateway.ts';
import { connectionOf } from './connection.ts';
import type { NetworkDescription } from './description.ts';
import { until } from './until.ts';

const nothing = JSON.stringify({ commands: [] });

/** Waits until every agency that endorses gets a transaction of no commands committed, with all of them agreeing. */
export async function untilCommitting(description: NetworkDescription): Promise<void> {
  await Promise.all(description.endorsement.agencies.map(async (agency) => untilCommittingBy(description, agency)));
}

async function untilCommittingBy(description: NetworkDescription, agency: string): Promise<void> {
  const connection = connectionOf(description, agency);
  const [own] = connection.peers;
  if (own === undefined) throw new Error('a network without peers');
  const gateway = openPeerGateway(connection, own);
  let last: unknown;
  const commits = async (): Promise<boolean> => {
    try {
      const options = { arguments: [nothing], endorsingOrganizations: [...connection.endorsement.agencies] };
      await gateway.contract.submit('submit', options);
      return true;
    } catch (error) {
      last = error; // until the peers have found each other, endorsement fails
      return false;
    }
  };
  try {
    await until(`a command of ${agency} commits`, commits, { every: 100, reason: () => last });
  } finally {
    gateway.close();
  }
}
