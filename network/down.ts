import { rmSync } from 'node:fs';
import { findDescription, type NetworkDescription, type ProcessRecord } from './description.ts';
import { stopProcesses } from './processes.ts';

/** Ends every process of the network in this folder, waits for them, and removes the folder. Answers whether there was one. */
export async function networkDown(directory: string): Promise<boolean> {
  const found = await stopNetwork(directory);
  if (found) rmSync(directory, { recursive: true, force: true });
  return found;
}

/** Ends every process of the network and leaves its data, so that `up` can go on with them. */
export async function stopNetwork(directory: string): Promise<boolean> {
  const description = findDescription(directory);
  if (description === undefined) return false;
  await stopProcesses(processesOf(description));
  return true;
}

function processesOf({ agencies }: NetworkDescription): readonly ProcessRecord[] {
  return agencies
    .flatMap(({ orderer, peer, chaincodes }) => [
      orderer?.process,
      peer?.process,
      ...Object.values(chaincodes).map(({ process }) => process),
    ])
    .filter((process) => process !== undefined);
}
