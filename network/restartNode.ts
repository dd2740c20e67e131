import type { Place } from './deploy.ts';
import { getAgency, getDescription, writeDescription } from './description.ts';
import { untilCaughtUp } from './heights.ts';
import { nodesOf, startMissing, untilListening } from './nodes.ts';
import { stopProcesses } from './processes.ts';

/** Ends an agency's peer or orderer, starts it again, and waits until it is as far as the others are. */
export async function restartNode(place: Place, agency: string, kind: 'peer' | 'orderer'): Promise<void> {
  await stopNode(place.directory, agency, kind);
  await startNodes(place, agency);
}

/** Ends an agency's peer or orderer and leaves its data. */
export async function stopNode(directory: string, agency: string, kind: 'peer' | 'orderer'): Promise<void> {
  const own = getAgency(getDescription(directory), agency)[kind];
  if (own?.process !== undefined) await stopProcesses([own.process]);
}

/** Starts what does not run of peers and orderers, and waits until those of this agency are as far as the others are. */
export async function startNodes(place: Place, agency: string): Promise<void> {
  const { directory } = place;
  const started = startMissing({ ...place, chaincodes: {} }, directory, getDescription(directory));
  writeDescription(directory, started);
  await untilListening(nodesOf(started));
  await untilCaughtUp(started, agency);
}
