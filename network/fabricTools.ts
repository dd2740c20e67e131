import { goTools } from './goTools.ts';

const version = '-X github.com/hyperledger/fabric/common/metadata.Version=3.1.1';

/** Folder of Fabric's programs. */
export async function fabricTools(report: (line: string) => void): Promise<string> {
  const fabric = {
    name: 'fabric',
    folder: import.meta.dirname,
    notice: "building Fabric's tools from the Go module proxy, once (about two minutes of processor time)",
    args: ['-ldflags', `-s -w ${version}`],
    env: {},
  };
  return goTools(fabric, report);
}
