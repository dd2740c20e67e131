import { readFileSync } from 'node:fs';
import { chaincodeOf, Shim } from '#chaincode/shim.ts';
import { OpenContract } from './openContract.ts';

// Runs the registry without private data for one agency, the way chaincode/server.ts runs ours.
const registryKey = Buffer.from(readFileSync(process.env['PLINTH_REGISTRY_KEY'] ?? '', 'utf8').trim(), 'base64url');
const options = {
  ccid: process.env['CHAINCODE_ID'] ?? '',
  address: process.env['CHAINCODE_SERVER_ADDRESS'] ?? '',
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': -1,
};
// The type asks for TLS; without it the server listens in clear, here to its own agency's peer on the same machine.
await Shim.server(
  chaincodeOf(new OpenContract(registryKey)),
  options as typeof options & Parameters<typeof Shim.server>[1],
).start();
