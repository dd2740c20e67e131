import type { NetworkDescription } from './description.ts';
import { until } from './until.ts';

async function textAt(url: string): Promise<string> {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
}

/** Number of blocks that the orderer with this administration address has; NaN while it has not joined. */
export async function ordererHeight(admin: string, channel: string): Promise<number> {
  const text = await textAt(`http://${admin}/participation/v1/channels/${channel}`);
  return Number(/"height":\s*(\d+)/.exec(text)?.[1]);
}

/** Number of blocks that the peer with this operations address has; NaN while it has not joined. */
export async function peerHeight(operations: string, channel: string): Promise<number> {
  const text = await textAt(`http://${operations}/metrics`);
  return Number(new RegExp(`^ledger_blockchain_height\\{channel="${channel}"\\} (\\S+)`, 'm').exec(text)?.[1]);
}

/** Waits until an agency's peer and orderer have as many blocks as any other has now. */
export async function untilCaughtUp(description: NetworkDescription, agency: string, limit?: number): Promise<void> {
  const goal = Math.max(...(await heightsOf(description, () => true)));
  const isThere = async () => Math.min(...(await heightsOf(description, (name) => name === agency))) >= goal;
  await until(`${agency} has caught up`, isThere, { every: 100, ...(limit !== undefined && { limit }) });
}

async function heightsOf(
  { agencies, channel }: NetworkDescription,
  isAsked: (agency: string) => boolean,
): Promise<readonly number[]> {
  const heights = agencies
    .filter(({ name }) => isAsked(name))
    .flatMap(({ orderer, peer }) => [
      ...(orderer === undefined ? [] : [ordererHeight(orderer.admin, channel)]),
      ...(peer === undefined ? [] : [peerHeight(peer.operations, channel)]),
    ]);
  const known = await Promise.all(heights.map(async (height) => height.catch(() => 0)));
  return known.map((height) => (Number.isFinite(height) ? height : 0)); // one that starts has none to tell
}
