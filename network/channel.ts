import { readFileSync } from 'node:fs';
import type { NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { peerCommand } from './peerCommand.ts';

/** Has every orderer and then every peer join the channel. */
export async function joinChannel(bin: string, directory: string, description: NetworkDescription): Promise<void> {
  const { genesis } = layoutOf(directory);
  const block = readFileSync(genesis);
  const orderers = description.agencies.flatMap(({ orderer }) => orderer ?? []);
  await Promise.all(orderers.map(async ({ admin }) => joinOrderer(admin, block)));
  // One after another: a peer only accepts the ones whose agencies' certificates it has learned from the channel, and retries after seconds.
  for (const { name, peer } of description.agencies) {
    if (peer !== undefined) await peerCommand({ bin, directory, agency: name }, ['channel', 'join', '-b', genesis]);
  }
}

// The same request that osnadmin makes; it alone would need a process per orderer and ends with 0 when it is refused.
/** Has the orderer with this administration address join the channel by one of its configuration blocks. */
export async function joinOrderer(admin: string, block: Uint8Array<ArrayBuffer>): Promise<void> {
  const body = new FormData();
  body.set('config-block', new Blob([block]), 'config.block');
  const answer = await fetch(`http://${admin}/participation/v1/channels`, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(20_000),
  });
  if (answer.status !== 201) throw new Error(`an orderer did not join: ${answer.status} ${await answer.text()}`);
}
