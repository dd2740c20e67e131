import { openRegistryKey, serveContract } from '#chaincode/serveContract.ts';
import { OpenContract } from './openContract.ts';

// Runs the registry without private data for one agency, the way chaincode/server.ts runs ours.
await serveContract(new OpenContract(openRegistryKey()()));
