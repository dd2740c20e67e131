import { join } from 'node:path';
import { RegistryContract } from './registryContract.ts';
import { openRegistryKey, serveContract, setting } from './serveContract.ts';
import { demandAgreedSources } from './sources.ts';

// Runs the registry's chaincode for one agency; its peer connects to it.

demandAgreedSources(setting('CHAINCODE_ID'), join(import.meta.dirname, '..'));
await serveContract(new RegistryContract(openRegistryKey()));
