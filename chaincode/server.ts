import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegistryContract } from './registryContract.ts';
import { chaincodeOf, Shim } from './shim.ts';
import { demandAgreedSources } from './sources.ts';

// Runs the registry's chaincode for one agency; its peer connects to it.

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

const keyFile = setting('PLINTH_REGISTRY_KEY');
let registryKey: Uint8Array | undefined;

/** An agency that holds no private values has no registry key; it gets one when it is to hold some, while this runs. */
function registryKeyOf(): Uint8Array {
  return (registryKey ??= readRegistryKey());
}

function readRegistryKey(): Uint8Array {
  if (!existsSync(keyFile)) throw new Error('this agency has no registry key');
  const key = Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'base64url');
  if (key.length !== 32) throw new Error('the registry key is not 32 bytes long');
  return key;
}

demandAgreedSources(setting('CHAINCODE_ID'), join(import.meta.dirname, '..'));
if (existsSync(keyFile)) readRegistryKey(); // a wrong one shows at the start
setting('CORE_PEER_LOCALMSPID'); // the shim reads it: an agency's contract must know whose it is

const options = {
  ccid: setting('CHAINCODE_ID'),
  address: setting('CHAINCODE_SERVER_ADDRESS'),
  // The default of 4 MB is less than a batch may be.
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': -1,
};
// The type asks for TLS; without it the server listens in clear, here to its own agency's peer on the same machine.
const server = Shim.server(
  chaincodeOf(new RegistryContract(registryKeyOf)),
  options as typeof options & Parameters<typeof Shim.server>[1],
);
await server.start();
