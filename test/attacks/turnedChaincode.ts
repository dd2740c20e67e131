import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDescription, type ProcessRecord } from '#network/description.ts';
import { layoutOf } from '#network/layout.ts';
import { chaincodesOf, untilListening } from '#network/nodes.ts';
import { startProcess, stopProcesses } from '#network/processes.ts';
import { rogue, type Siege } from './siege.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const honestServer = join('chaincode', 'server.ts');
const rogueServer = join('test', 'attacks', 'rogueServer.ts');

/** Replaces the chaincode process of the malicious agency by one with other rules, or by the one that all agreed on. */
export async function turnChaincode(siege: Siege, behaviour?: string): Promise<void> {
  const { directory } = siege;
  const description = siege.description();
  const { chaincode, packages } = description;
  const layout = layoutOf(directory).agency(rogue);
  const own = description.agencies.find(({ name }) => name === rogue)?.chaincodes[chaincode];
  if (own?.process === undefined) throw new Error('the agency runs no chaincode');
  await stopProcesses([own.process]);
  const process: ProcessRecord = startProcess({
    command: globalThis.process.execPath,
    args: [behaviour === undefined ? honestServer : rogueServer],
    cwd: repository,
    log: layout.log(chaincode),
    env: {
      CHAINCODE_ID: packages[chaincode] ?? '',
      CHAINCODE_SERVER_ADDRESS: own.address,
      CORE_PEER_LOCALMSPID: rogue,
      PLINTH_REGISTRY_KEY: join(layout.keystore, 'registry.key'),
      ...(behaviour !== undefined && { PLINTH_ROGUE: behaviour }),
    },
  });
  // So that the end of the network is the end of this process too.
  const agencies = description.agencies.map((agency) =>
    agency.name === rogue
      ? { ...agency, chaincodes: { ...agency.chaincodes, [chaincode]: { ...own, process } } }
      : agency,
  );
  writeDescription(directory, { ...description, agencies });
  await untilListening(chaincodesOf({ ...description, agencies }));
}
