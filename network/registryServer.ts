import { join } from 'node:path';
import type { ChaincodeProgram } from './nodes.ts';

const ending = '.upcoming';

/** How the registry's chaincode is run from the sources in this folder. */
export function registryServer(repository: string): ChaincodeProgram {
  return { command: process.execPath, args: [join('chaincode', 'server.ts')], cwd: repository };
}

/** The name under which the servers of a chaincode's next version are described while they run beside those in force. */
export function upcomingOf(chaincode: string): string {
  return `${chaincode}${ending}`;
}

/** The chaincode's own name, whichever version. */
export function baseName(chaincode: string): string {
  return chaincode.endsWith(ending) ? chaincode.slice(0, -ending.length) : chaincode;
}
