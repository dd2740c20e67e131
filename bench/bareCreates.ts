import { randomBytes } from 'node:crypto';
import type { FabricConnection } from '#ledger/fabric/connection.ts';
import { Gateways } from '#ledger/fabric/gateways.ts';
import { settle } from '#ledger/fabric/settle.ts';

/** The rival on Fabric: one transaction per created key, by the same client and over the same connections as ours. */
export type BareCreates = { readonly create: () => Promise<void>; readonly close: () => void };

const value = 'x'.repeat(100);

/** Opens the bare contract of a network. Peers choose the endorsers, which costs the client least. */
export function openBareCreates(connection: FabricConnection): BareCreates {
  const gateways = new Gateways(connection);
  return {
    create: async () => {
      const key = randomBytes(16).toString('base64url');
      const proposal = gateways.own.contract.newProposal('create', { arguments: [key, value] });
      const { code } = await settle(gateways, await proposal.endorse(), connection.channel);
      if (code !== 0) throw new Error(`a bare create ended with validation code ${code}`);
    },
    close: () => gateways.close(),
  };
}
