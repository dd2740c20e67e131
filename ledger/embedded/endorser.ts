import { peer, common } from '@hyperledger/fabric-protos';
import { ChaincodeStub, chaincodeOf } from '#chaincode/shim.ts';
import type { Reader } from './committedState.ts';
import type { Identities, Signer } from './identities.ts';
import { chaincode, chaincodeId, proposalHash, publicPayload, type SignedProposal } from './proposal.ts';
import { Simulation } from './simulation.ts';
import { verifyLowS } from './signing.ts';

/** What one agency says about a proposal. */
export type Endorsement = {
  /** Serialised `ProposalResponsePayload`: equal at all agencies, or they disagree. */
  readonly payload: Uint8Array;
  /** What the contract answered. */
  readonly answer: Uint8Array;
  readonly endorser: Uint8Array;
  readonly signature: Uint8Array;
  /** Serialised `TxPvtReadWriteSet`, if private data were written. */
  readonly privateSet?: Uint8Array;
};

/** One agency's peer with its chaincode. Its reads are answered by whoever asks it. */
export type Endorser = {
  readonly agency: string;
  /** Throws what a client of Fabric would be told: the proposal is refused, or the contract failed. */
  readonly endorse: (proposal: SignedProposal, reader: Reader) => Promise<Endorsement>;
  readonly close: () => Promise<void>;
};

/** What an agency's peer is made of. */
export type EndorserSetting = {
  readonly channel: string;
  readonly signer: Signer;
  readonly identities: Identities;
  readonly contract: Parameters<typeof chaincodeOf>[0];
  /** Private collections that this agency holds. */
  readonly collections: ReadonlySet<string>;
  /** This agency's clock, in ms. */
  readonly clock: () => number;
};

const window = 2 * 60_000; // as TimeWindowCheck of the peers of the network

/** An agency that endorses in this process. */
export function makeEndorser(setting: EndorserSetting): Endorser {
  const { signer, collections } = setting;
  const contract = chaincodeOf(setting.contract);
  return {
    agency: signer.agency,
    close: () => Promise.resolve(),
    endorse: async (proposal, reader) => {
      const { stubOf, hash } = open(proposal, setting);
      const simulation = new Simulation(reader, (collection) => collections.has(collection));
      const response = await contract.Invoke(stubOf(simulation));
      if (response.status >= 400) throw new Error(`chaincode response ${response.status}, ${response.message}`);
      const { results, privateSet } = simulation.results();
      const answer = response.payload ?? new Uint8Array();
      const payload = responsePayload(hash, results, answer);
      const signature = signer.sign(Buffer.concat([payload, signer.identity]));
      const signed = { payload, answer, endorser: signer.identity, signature };
      return privateSet === undefined ? signed : { ...signed, privateSet };
    },
  };
}

type Opened = {
  readonly stubOf: (simulation: Simulation) => InstanceType<typeof ChaincodeStub>;
  readonly hash: Uint8Array;
};

/** Reads a proposal the way a peer does before it runs anything. */
function open({ bytes, transactionId }: SignedProposal, { channel, identities, clock }: EndorserSetting): Opened {
  const signed = peer.SignedProposal.deserializeBinary(bytes);
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const creator = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()).getCreator_asU8();
  const identity = identities.find(creator);
  if (
    identity === undefined ||
    !verifyLowS(identity.publicKey, signed.getProposalBytes_asU8(), signed.getSignature_asU8())
  )
    throw new Error('access denied: the creator of the proposal is unknown or did not sign it');
  const at = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()).getTimestamp()?.toDate().getTime();
  if (at === undefined || Math.abs(clock() - at) > window)
    throw new Error('request unauthorized due to incorrect timestamp');
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const input = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec()?.getInput();
  if (input === undefined) throw new Error('a proposal without arguments');
  return {
    stubOf: (simulation) => new ChaincodeStub(simulation, channel, transactionId, input, signed),
    hash: proposalHash(header, publicPayload(payload)),
  };
}

function responsePayload(hash: Uint8Array, results: Uint8Array, answer: Uint8Array): Uint8Array {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(answer);
  const action = new peer.ChaincodeAction();
  action.setResults(results);
  action.setResponse(response);
  action.setChaincodeId(chaincodeId(chaincode.version));
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(hash);
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}
