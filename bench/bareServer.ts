import { chaincodeOf, Shim } from '#chaincode/shim.ts';
import { BareContract } from './bareContract.ts';

// Runs the rival's chaincode for one agency, the way chaincode/server.ts runs ours.
const options = {
  ccid: process.env['CHAINCODE_ID'] ?? '',
  address: process.env['CHAINCODE_SERVER_ADDRESS'] ?? '',
};
// The type asks for TLS; without it the server listens in clear, here to its own agency's peer on the same machine.
await Shim.server(
  chaincodeOf(new BareContract()),
  options as typeof options & Parameters<typeof Shim.server>[1],
).start();
