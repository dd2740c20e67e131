import { serveContract } from '#chaincode/serveContract.ts';
import { BareContract } from './bareContract.ts';

// Runs the rival's chaincode for one agency, the way chaincode/server.ts runs ours.
await serveContract(new BareContract());
