import type { NetworkDescription } from './description.ts';

/**
 * The flags by which Fabric's `peer` finds the orderer that leads now. Another one would have to forward what it is given, and
 * what it forwards over a connection that broke since the last time is lost; its complaint alone changes no leader.
 */
export async function ordererFlags({ agencies, channel }: NetworkDescription): Promise<readonly string[]> {
  const orderers = agencies.flatMap(({ orderer }) => orderer ?? []);
  const leads = await Promise.all(orderers.map(async ({ operations }) => isLeader(operations, channel)));
  const chosen = orderers[Math.max(0, leads.indexOf(true))]; // while none leads, the first one knows as little as the others
  if (chosen === undefined) throw new Error('a network without orderers');
  return ['-o', chosen.address, '--tls', '--cafile', chosen.tlsRoot];
}

async function isLeader(operations: string, channel: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${operations}/metrics`, { signal: AbortSignal.timeout(2000) });
    return (await answer.text()).includes(`consensus_BFT_is_leader{channel="${channel}"} 1`);
  } catch {
    return false; // it does not run
  }
}
