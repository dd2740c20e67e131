import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { layoutOf } from './layout.ts';
import type { NetworkOptions } from './options.ts';
import { host } from './ports.ts';
import { runTool } from './runTool.ts';

type Agencies = NetworkOptions['agencies'];

const server = (hostname: string) => [{ Hostname: hostname, SANS: ['localhost', host] }];
const organization = (name: string) => ({ Name: name, Domain: name, EnableNodeOUs: true });

/** What cryptogen is told: first the agencies with their peers and a client each, then their orderers under the same authorities. */
export function cryptoConfigs(agencies: Agencies): { readonly peers: object; readonly orderers: object } {
  return {
    peers: {
      PeerOrgs: agencies.map(({ name, peer }) => ({
        ...organization(name),
        Specs: peer ? server('peer') : [],
        Users: { Count: 1 },
      })),
    },
    orderers: { OrdererOrgs: agencies.map(({ name }) => ({ ...organization(name), Specs: server('orderer') })) },
  };
}

/** Makes the certificates of all agencies: one authority, and so one MSP, for an agency's orderer, peer and client. */
export async function makeCertificates(bin: string, directory: string, agencies: Agencies): Promise<void> {
  const { crypto } = layoutOf(directory);
  const configs = cryptoConfigs(agencies);
  const peers = join(directory, 'cryptoPeers.yaml');
  const orderers = join(directory, 'cryptoOrderers.yaml');
  writeFileSync(peers, stringify(configs.peers));
  writeFileSync(orderers, stringify(configs.orderers));
  await runTool(join(bin, 'cryptogen'), ['generate', '--config', peers, '--output', crypto]);
  // `extend` takes the authority it finds: with a copy of the peers' folder it is the same one.
  cpSync(join(crypto, 'peerOrganizations'), join(crypto, 'ordererOrganizations'), { recursive: true });
  await runTool(join(bin, 'cryptogen'), ['extend', '--config', orderers, '--input', crypto]);
}

/** Makes the registry key once and puts it into the keystore of every agency that runs the chaincode, and nowhere else. */
export function makeKeystores(directory: string, agencies: Agencies): void {
  const registryKey = randomBytes(32).toString('base64url');
  for (const { name, peer } of agencies) {
    const { keystore } = layoutOf(directory).agency(name);
    mkdirSync(keystore, { recursive: true, mode: 0o700 });
    if (peer) writeFileSync(join(keystore, 'registry.key'), registryKey, { mode: 0o600 });
  }
}
