import { join } from 'node:path';
import { layoutOf } from './layout.ts';
import { runTool } from './runTool.ts';

type Administrator = {
  readonly bin: string;
  readonly directory: string;
  readonly agency: string;
  /** Agency with a peer whose settings the program reads, where the administrator's own has none. */
  readonly settingsOf?: string;
};

/** Runs Fabric's `peer` as the administrator of an agency, against this agency's peer if it calls one. */
export async function peerCommand(administrator: Administrator, args: readonly string[]): Promise<string> {
  const { bin, directory, agency, settingsOf = agency } = administrator;
  const layout = layoutOf(directory);
  const env = {
    FABRIC_CFG_PATH: layout.agency(settingsOf).peer.home,
    CORE_PEER_LOCALMSPID: agency,
    CORE_PEER_MSPCONFIGPATH: layout.agency(agency).admin.msp,
    FABRIC_LOGGING_SPEC: 'error',
  };
  return runTool(join(bin, 'peer'), args, { env });
}
