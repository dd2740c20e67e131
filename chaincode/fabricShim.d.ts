// Two modules of fabric-shim that its own types leave out; what we use of them, as read in its source.

declare module 'fabric-shim/lib/contract-spi/chaincodefromcontract.js' {
  import type { ChaincodeInterface, ChaincodeResponse, ChaincodeStub } from 'fabric-shim';
  import type { Contract } from 'fabric-contract-api';

  type Serializers = { readonly transaction: string; readonly serializers: Readonly<Record<string, unknown>> };

  /** Dispatches an invocation to the transaction functions of a contract. It appends to the array it is given. */
  class ChaincodeFromContract implements ChaincodeInterface {
    constructor(
      contracts: (new () => Contract)[],
      serializers: Serializers,
      metadata: object,
      title: string,
      version: string,
    );
    Init(stub: ChaincodeStub): Promise<ChaincodeResponse>;
    Invoke(stub: ChaincodeStub): Promise<ChaincodeResponse>;
  }
  export = ChaincodeFromContract;
}

declare module 'fabric-shim/lib/stub.js' {
  import type { peer } from '@hyperledger/fabric-protos';
  import { ChaincodeStub as PublicStub } from 'fabric-shim';

  /** The stub with its constructor: `handler` is whatever answers the calls that a peer would answer. */
  class ChaincodeStub extends PublicStub {
    constructor(
      handler: object,
      channel: string,
      transactionId: string,
      input: peer.ChaincodeInput,
      signedProposal: peer.SignedProposal,
    );
    readonly chaincodeEvent?: peer.ChaincodeEvent;
  }
  export = ChaincodeStub;
}
