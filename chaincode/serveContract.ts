import { existsSync, readFileSync } from 'node:fs';
import type { Contract } from 'fabric-contract-api';
import { chaincodeOf, Shim } from './shim.ts';

/** What the environment tells the process of a chaincode. Throws where it tells nothing. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

/**
 * Gives the registry key of this process's agency. One that holds no private values has none; it gets one when it is to hold
 * some, while this runs. A wrong one shows at the start.
 */
export function openRegistryKey(): () => Uint8Array {
  const file = setting('PLINTH_REGISTRY_KEY');
  let key = existsSync(file) ? readRegistryKey(file) : undefined;
  return () => (key ??= readRegistryKey(file));
}

function readRegistryKey(file: string): Uint8Array {
  if (!existsSync(file)) throw new Error('this agency has no registry key');
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length !== 32) throw new Error('the registry key is not 32 bytes long');
  return key;
}

/** Answers the agency's peer, which connects to this process, with a contract. */
export async function serveContract(contract: Contract): Promise<void> {
  setting('CORE_PEER_LOCALMSPID'); // the shim reads it: an agency's contract must know whose it is
  const options = {
    ccid: setting('CHAINCODE_ID'),
    address: setting('CHAINCODE_SERVER_ADDRESS'),
    // The default of 4 MB is less than a batch may be.
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': -1,
  };
  // The type asks for TLS; without it the server listens in clear, here to its own agency's peer on the same machine.
  const server = Shim.server(chaincodeOf(contract), options as typeof options & Parameters<typeof Shim.server>[1]);
  await server.start();
}
