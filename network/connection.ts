import type { FabricConnection } from '#ledger/fabric/connection.ts';
import { endorsersOf, type NetworkDescription } from './description.ts';

/** What the node of an agency needs to reach this network; an agency without a peer goes through the others'. */
export function connectionOf(description: NetworkDescription, agency: string): FabricConnection {
  const own = description.agencies.find(({ name }) => name === agency);
  if (own === undefined) throw new Error(`no agency ${agency} in this network`);
  // A peer that does not endorse has no chaincode to ask, and serves its own agency alone.
  const others = endorsersOf(description).filter((each) => each !== own);
  const { channel, chaincode, endorsement, classes } = description;
  const peers = [own, ...others].flatMap(({ name, peer }) => (peer === undefined ? [] : [{ agency: name, ...peer }]));
  return { channel, chaincode, agency, client: own.client, peers, endorsement, classes };
}
