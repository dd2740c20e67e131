import { join } from 'node:path';
import { layoutOf } from './layout.ts';
import { runTool } from './runTool.ts';

type Administrator = { readonly bin: string; readonly directory: string; readonly agency: string };

/** Runs Fabric's `peer` as the administrator of an agency against this agency's peer. */
export async function peerCommand(administrator: Administrator, args: readonly string[]): Promise<string> {
  const layout = layoutOf(administrator.directory).agency(administrator.agency);
  const env = {
    FABRIC_CFG_PATH: layout.peer.home,
    CORE_PEER_MSPCONFIGPATH: layout.admin.msp,
    FABRIC_LOGGING_SPEC: 'error',
  };
  return runTool(join(administrator.bin, 'peer'), args, { env });
}
