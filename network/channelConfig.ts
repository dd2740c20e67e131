import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { AgencyDescription, NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { runTool } from './runTool.ts';

const profile = 'Registry';

const signature = (rule: string) => ({ Type: 'Signature', Rule: rule });
const implicit = (rule: string) => ({ Type: 'ImplicitMeta', Rule: rule });
const common = {
  Readers: implicit('ANY Readers'),
  Writers: implicit('ANY Writers'),
  Admins: implicit('MAJORITY Admins'),
};

/** `OutOf(n, 'agency.role', …)`, the language in which Fabric's signature policies are written. */
export function outOf(required: number, agencies: readonly string[], role: 'peer' | 'member'): string {
  return `OutOf(${required},${agencies.map((name) => `'${name}.${role}'`).join(',')})`;
}

// Timers of SmartBFT: with the default ones a dead leader costs 22 s, with these 2.5 s.
const smartBft = {
  RequestBatchMaxCount: 100,
  RequestBatchMaxBytes: 10 * 1024 * 1024,
  RequestBatchMaxInterval: '20ms',
  IncomingMessageBufferSize: 200,
  RequestPoolSize: 400,
  RequestForwardTimeout: '500ms',
  RequestComplainTimeout: '2s',
  RequestAutoRemoveTimeout: '3m',
  RequestMaxBytes: 10 * 1024 * 1024,
  ViewChangeResendInterval: '1s',
  ViewChangeTimeout: '5s',
  LeaderHeartbeatTimeout: '3s',
  LeaderHeartbeatCount: 10,
  CollectTimeout: '1s',
};

/** The document from which configtxgen makes the first block. */
export function channelConfig(directory: string, description: NetworkDescription): object {
  const organizations = description.agencies.map((agency) => organization(directory, agency));
  return {
    Profiles: {
      [profile]: {
        Policies: common,
        Capabilities: { V3_0: true },
        Orderer: {
          OrdererType: 'BFT',
          SmartBFT: smartBft,
          ConsenterMapping: consentersOf(directory, description),
          BatchTimeout: '1s', // SmartBFT cuts by its own interval; the field must be there
          BatchSize: { MaxMessageCount: 100, AbsoluteMaxBytes: 10 * 1024 * 1024, PreferredMaxBytes: 4 * 1024 * 1024 },
          Organizations: organizations,
          Policies: { ...common, BlockValidation: implicit('ANY Writers') }, // configtxgen puts the quorum in its place
          Capabilities: { V2_0: true },
        },
        Application: {
          Organizations: organizations,
          Policies: { ...common, ...endorsementPolicies(description.endorsement.agencies) },
          Capabilities: { V2_5: true },
        },
      },
    },
  };
}

// Named outright: an implicit majority would count the agencies that read but do not endorse.
function endorsementPolicies(agencies: readonly string[]): object {
  const majority = signature(outOf(Math.floor(agencies.length / 2) + 1, agencies, 'peer'));
  return { Endorsement: majority, LifecycleEndorsement: majority };
}

/** An agency as configtxgen takes it. */
export function organization(directory: string, { name, orderer, peer }: AgencyDescription): object {
  return {
    Name: name,
    ID: name,
    MSPDir: layoutOf(directory).agency(name).msp,
    Policies: {
      Readers: signature(`OR('${name}.member')`),
      Writers: signature(`OR('${name}.member')`),
      Admins: signature(`OR('${name}.admin')`),
      Endorsement: signature(`OR('${name}.peer')`),
    },
    ...(orderer && { OrdererEndpoints: [orderer.address] }),
    AnchorPeers: peer === undefined ? [] : [hostAndPort(peer.address)],
  };
}

function consentersOf(directory: string, { agencies }: NetworkDescription): readonly object[] {
  const ordering = agencies.flatMap(({ name, orderer }) => (orderer === undefined ? [] : [{ name, ...orderer }]));
  return ordering.map(({ name, address }, index) => {
    const node = layoutOf(directory).agency(name).orderer;
    return {
      ID: index + 1,
      ...hostAndPort(address),
      MSPID: name,
      Identity: node.certificate,
      ClientTLSCert: node.tls.certificate,
      ServerTLSCert: node.tls.certificate,
    };
  });
}

/** An address in the form of Fabric's configuration. */
export function hostAndPort(address: string): { readonly Host: string; readonly Port: number } {
  const [name = '', port] = address.split(':');
  return { Host: name, Port: Number(port) };
}

/** Makes the first block of the channel. */
export async function makeGenesis(bin: string, directory: string, description: NetworkDescription): Promise<void> {
  writeFileSync(
    join(directory, 'configtx.yaml'),
    stringify(channelConfig(directory, description), { aliasDuplicateObjects: false }),
  );
  const args = ['-profile', profile, '-channelID', description.channel, '-outputBlock', layoutOf(directory).genesis];
  await runTool(join(bin, 'configtxgen'), args, { env: { FABRIC_CFG_PATH: directory } });
}
