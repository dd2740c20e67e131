import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { getAgency, type AgencyDescription } from '#network/description.ts';
import { fabricTools } from '#network/fabricTools.ts';
import { layoutOf } from '#network/layout.ts';
import { host } from '#network/ports.ts';
import { startNodes, stopNode } from '#network/restartNode.ts';
import { openTcpGate, type TcpGate } from '#test/badDays/tcpGate.ts';
import { LyingOrderer } from './lyingOrderer.ts';
import { rogue, type Siege } from './siege.ts';

/** The honest agency whose peer is lied to. */
export const deceived = 'election-office';

/** A peer that finds the malicious agency's liar in the place of its orderer, and the others behind gates. */
export type DeceivedPeer = {
  readonly liar: LyingOrderer;
  /** Cuts or opens the way to every other orderer. */
  readonly cut: () => Promise<void>;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Has the peer look for the orderers there; to the network it makes no difference, the orderers themselves go on. */
export async function deceive(siege: Siege): Promise<DeceivedPeer> {
  const { directory } = siege;
  const { agencies, channel } = siege.description();
  const upstream = getAgency(siege.description(), 'civil-registry').orderer;
  if (upstream === undefined) throw new Error('the civil registry has no orderer');
  const { tls } = layoutOf(directory).agency(rogue).orderer;
  const liar = await LyingOrderer.open({ channel, tls, upstream, reader: siege.keys(rogue).client });
  const gates: TcpGate[] = [];
  const overrides: object[] = [];
  for (const { name, orderer } of agencies) {
    if (orderer === undefined) continue;
    const port = name === rogue ? liar.port : await gateTo(orderer);
    overrides.push({ from: orderer.address, to: `${host}:${port}`, caCertsFile: orderer.tlsRoot });
  }
  const restore = await restartWith(directory, overrides);
  const open = async (): Promise<void> => {
    await Promise.all(gates.map(async (gate) => gate.open()));
  };
  const cut = async (): Promise<void> => {
    await Promise.all(gates.map(async (gate) => gate.cut()));
  };
  const close = async (): Promise<void> => {
    await restore();
    await cut();
    liar.close();
  };
  return { liar, open, cut, close };

  async function gateTo({ address }: NonNullable<AgencyDescription['orderer']>): Promise<number> {
    const gate = await openTcpGate(Number(address.split(':')[1]));
    gates.push(gate);
    return gate.port;
  }
}

type CoreYaml = { readonly peer: { readonly deliveryclient: object } };

const impatience = { connTimeout: '500ms', reConnectBackoffThreshold: '200ms', blockCensorshipTimeoutKey: '2s' };

/** Starts the peer with other addresses of the orderers, and quicker to leave one. Answers how to undo it. */
async function restartWith(directory: string, addressOverrides: readonly object[]): Promise<() => Promise<void>> {
  const file = join(layoutOf(directory).agency(deceived).peer.home, 'core.yaml');
  const before = readFileSync(file, 'utf8');
  const config = parse(before) as CoreYaml; // written by us
  const deliveryclient = { ...impatience, addressOverrides };
  const peer = { ...config.peer, deliveryclient: { ...config.peer.deliveryclient, ...deliveryclient } };
  const place = { bin: await fabricTools(() => undefined), directory };
  const restart = async (yaml: string): Promise<void> => {
    await stopNode(directory, deceived, 'peer');
    writeFileSync(file, yaml);
    await startNodes(place, deceived);
  };
  await restart(stringify({ ...config, peer }));
  return async () => restart(before);
}
