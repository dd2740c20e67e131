import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './deploy.ts';
import { endorsersOf, type AgencyDescription, type NetworkDescription } from './description.ts';
import { peerHeight } from './heights.ts';
import { layoutOf } from './layout.ts';
import { peerCommand } from './peerCommand.ts';
import { untilCommitting } from './readiness.ts';
import { until } from './until.ts';

// Both peers must still be before the block when the second one is asked.
const margin = 25;

/** Has two agencies' peers write down the ledger's state at the same block, and answers the folder of one after comparing the two. */
export async function takeSnapshot(place: Place, description: NetworkDescription): Promise<string> {
  const [one, other] = endorsersOf(description).filter(({ peer }) => peer !== undefined);
  if (one === undefined || other === undefined) throw new Error('a snapshot takes two agencies with peers');
  const heights = await Promise.all([one, other].map(async ({ peer }) => heightOf(peer, description.channel)));
  const block = Math.max(...heights) + margin;
  await Promise.all([one, other].map(async (agency) => request(place, description, { agency, block })));
  const folderOf = ({ name }: AgencyDescription) =>
    join(layoutOf(place.directory).agency(name).peer.snapshots, 'completed', description.channel, String(block));
  await until('two peers have written a snapshot', async () => {
    if (existsSync(folderOf(one)) && existsSync(folderOf(other))) return true;
    await untilCommitting(description); // an idle network has no next block
    return false;
  });
  if (!isSame(folderOf(one), folderOf(other)))
    throw new Error(`ERR_SNAPSHOTS_DIFFER: ${one.name} and ${other.name} do not have the same state at block ${block}`);
  return folderOf(one);
}

async function heightOf(peer: AgencyDescription['peer'], channel: string): Promise<number> {
  return peer === undefined ? 0 : peerHeight(peer.operations, channel);
}

type Request = { readonly agency: AgencyDescription; readonly block: number };

async function request(place: Place, { channel }: NetworkDescription, { agency, block }: Request): Promise<void> {
  const { name, peer } = agency;
  if (peer === undefined) throw new Error(`${name} has no peer`);
  const at = ['--peerAddress', peer.address, '--tlsRootCertFile', peer.tlsRoot];
  await peerCommand({ ...place, agency: name }, [
    'snapshot',
    'submitrequest',
    '-c',
    channel,
    '-b',
    String(block),
    ...at,
  ]);
}

// Hashes of every file of the snapshot, of its last block and of the commits up to it.
const digests = ['_snapshot_signable_metadata.json', '_snapshot_additional_metadata.json'];

function isSame(one: string, other: string): boolean {
  return digests.every((name) => readFileSync(join(one, name)).equals(readFileSync(join(other, name))));
}

/** Has an agency's peer join the channel with the state of a snapshot. It then has no block before it. */
export async function joinBySnapshot(place: Place, agency: string, snapshot: string): Promise<void> {
  await peerCommand({ ...place, agency }, ['channel', 'joinbysnapshot', '--snapshotpath', snapshot]);
  const status = ['channel', 'joinbysnapshotstatus'];
  const isOver = async () => /No joinbysnapshot operation/.test(await peerCommand({ ...place, agency }, status));
  await until(`the peer of ${agency} has taken in the snapshot`, isOver, { every: 200 });
}
