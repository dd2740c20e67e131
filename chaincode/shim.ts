import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type * as contractApi from 'fabric-contract-api';
import type * as fabricShim from 'fabric-shim';
import type ChaincodeFromContractClass from 'fabric-shim/lib/contract-spi/chaincodefromcontract.js';
import type ChaincodeStubClass from 'fabric-shim/lib/stub.js';

const require = createRequire(import.meta.url);
const swallowed = ['uncaughtException', 'unhandledRejection'] as const;

// Read by fabric-shim's loggers when they are made; it knows ERROR and WARNING, and takes every other word for INFO.
process.env['CORE_CHAINCODE_LOGGING_LEVEL'] ??= 'ERROR';

/**
 * Runs `load` and takes away the process listeners it adds.
 * The loggers of fabric-shim and fabric-contract-api listen for uncaught errors and only print them, so that a failing process would go on and exit 0.
 */
export function withoutShimListeners<T>(load: () => T): T {
  const emitter: Pick<EventEmitter, 'rawListeners' | 'off'> = process;
  const before = swallowed.map((event) => new Set(emitter.rawListeners(event)));
  try {
    return load();
  } finally {
    swallowed.forEach((event, index) => {
      for (const listener of emitter.rawListeners(event)) {
        if (before[index]?.has(listener) !== true) emitter.off(event, listener as () => void); // typed as Function by node
      }
    });
  }
}

// Required rather than imported: an import would run before anything here could watch the listeners. The types are theirs.
const api = withoutShimListeners(() => require('fabric-contract-api') as typeof contractApi);
export const { Contract } = api;
export const { Shim } = withoutShimListeners(() => require('fabric-shim') as typeof fabricShim);
/** The stub that a contract sees, with a constructor: the embedded ledger puts its own handler behind it. */
export const ChaincodeStub = withoutShimListeners(
  () => require('fabric-shim/lib/stub.js') as typeof ChaincodeStubClass,
);
const ChaincodeFromContract = withoutShimListeners(
  () => require('fabric-shim/lib/contract-spi/chaincodefromcontract.js') as typeof ChaincodeFromContractClass,
);

// Their loggers format every line before they look at its level, which cost a tenth of the chaincode's time.
const talkative = [
  'lib/handler.js',
  'lib/stub.js',
  'contracts-spi/chaincodefromcontract.js',
  'contracts-spi/datamarshall.js',
];
for (const name of talkative) Object.assign(Shim.newLogger(name), { debug: ignore, info: ignore });

function ignore(): void {
  // Nobody reads these lines.
}

/** A chaincode that answers with this contract. */
export function chaincodeOf(contract: contractApi.Contract): ChaincodeFromContractClass {
  // fabric-shim makes its contracts with `new` and no arguments; a function that returns an object lets us hand over one that has its key.
  function theContract(): contractApi.Contract {
    return contract;
  }
  const classes = [theContract as unknown as new () => contractApi.Contract];
  const serializers = { transaction: 'jsonSerializer', serializers: { jsonSerializer: api.JSONSerializer } };
  return withoutShimListeners(() => new ChaincodeFromContract(classes, serializers, {}, contract.getName(), '1'));
}
