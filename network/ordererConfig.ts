import { join } from 'node:path';
import type { AgencyDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { bccsp } from './peerConfig.ts';

/** The `orderer.yaml` of an agency's orderer. */
export function ordererConfig(
  directory: string,
  name: string,
  orderer: NonNullable<AgencyDescription['orderer']>,
): object {
  const node = layoutOf(directory).agency(name).orderer;
  const [listenAddress, port] = orderer.address.split(':');
  return {
    General: {
      ListenAddress: listenAddress,
      ListenPort: Number(port),
      TLS: {
        Enabled: true,
        PrivateKey: node.tls.key,
        Certificate: node.tls.certificate,
        RootCAs: [node.tls.root],
        ClientAuthRequired: false,
        ClientRootCAs: [],
      },
      // Fabric's own clients ping every 10 s; a server that allows less tells them to go away.
      Keepalive: { ServerMinInterval: '5s', ServerInterval: '7200s', ServerTimeout: '20s' },
      Cluster: { SendBufferSize: 100 },
      BootstrapMethod: 'none',
      LocalMSPDir: node.msp,
      LocalMSPID: name,
      BCCSP: bccsp,
      Authentication: { TimeWindow: '15m' },
    },
    FileLedger: { Location: join(node.data, 'ledger') },
    Operations: { ListenAddress: orderer.operations, TLS: { Enabled: false } },
    Metrics: { Provider: 'prometheus' },
    Admin: { ListenAddress: orderer.admin, TLS: { Enabled: false } },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
    Consensus: { WALDir: join(node.data, 'wal'), SnapDir: join(node.data, 'snapshots') },
  };
}
