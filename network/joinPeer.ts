import type { Place } from './deploy.ts';
import { writeDescription, type NetworkDescription } from './description.ts';
import { untilCaughtUp } from './heights.ts';
import { layoutOf } from './layout.ts';
import { nodesOf, startMissing, untilListening } from './nodes.ts';
import { peerCommand } from './peerCommand.ts';
import { joinBySnapshot, takeSnapshot } from './snapshot.ts';

const longestCatchUp = 60 * 60 * 1000;

/** Starts the peer of an agency that the channel knows, has it join, and waits until it is as far as the others were then. */
export async function joinPeer(
  place: Place,
  description: NetworkDescription,
  { name, snapshot }: { readonly name: string; readonly snapshot: boolean },
): Promise<NetworkDescription> {
  const { directory } = place;
  const started = startMissing({ ...place, chaincodes: {} }, directory, description);
  writeDescription(directory, started);
  await untilListening(nodesOf(started));
  const channels = await peerCommand({ ...place, agency: name }, ['channel', 'list']);
  if (!channels.split('\n').includes(started.channel)) await join(place, started, { name, snapshot });
  await untilCaughtUp(started, name, longestCatchUp);
  return started;
}

type Joining = { readonly name: string; readonly snapshot: boolean };

async function join(place: Place, description: NetworkDescription, { name, snapshot }: Joining): Promise<void> {
  if (snapshot) await joinBySnapshot(place, name, await takeSnapshot(place, description));
  else await peerCommand({ ...place, agency: name }, ['channel', 'join', '-b', layoutOf(place.directory).genesis]);
}
