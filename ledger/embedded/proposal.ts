import { randomBytes } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Signer } from './identities.ts';
import { digest } from './signing.ts';

/** Name and version of the one chaincode. */
export const chaincode = { name: 'registry', version: '1' } as const;

/** What a client asks the agencies to decide. */
export type Request = {
  readonly channel: string;
  readonly arguments: readonly string[];
  /** Seen by endorsers only; never part of a transaction. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  readonly at: Date;
};

/** A proposal that its creator has signed. */
export type SignedProposal = { readonly transactionId: string; readonly bytes: Uint8Array };

/** Makes a proposal, with a transaction id of its own. */
export function propose(request: Request, creator: Signer): SignedProposal {
  const nonce = randomBytes(24);
  const id = transactionId(nonce, creator.identity);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(creator.identity);
  signatureHeader.setNonce(nonce);
  const header = new common.Header();
  const { channel, at } = request;
  const type = common.HeaderType.ENDORSER_TRANSACTION;
  header.setChannelHeader(channelHeader({ channel, type, at, transactionId: id }).serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payloadOf(request));
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(creator.sign(signed.getProposalBytes_asU8()));
  return { transactionId: id, bytes: signed.serializeBinary() };
}

/** Fabric's transaction id: bound to its creator, so nobody can take somebody else's. */
export function transactionId(nonce: Uint8Array, creator: Uint8Array): string {
  return digest(nonce, creator).toString('hex');
}

/** The part of a proposal that goes into the transaction: everything but what only endorsers may see. */
export function publicPayload(payload: peer.ChaincodeProposalPayload): Uint8Array {
  const open = new peer.ChaincodeProposalPayload();
  open.setInput(payload.getInput_asU8());
  return open.serializeBinary();
}

/** What endorsers sign about the question they were asked. */
export function proposalHash(header: common.Header, openPayload: Uint8Array): Buffer {
  return digest(header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), openPayload);
}

type ChannelPart = {
  readonly channel: string;
  readonly type: number;
  readonly at: Date;
  readonly transactionId?: string;
};

/** What an envelope says of itself; without a transaction id it is no endorser transaction. */
export function channelHeader({ channel, type, at, transactionId: id }: ChannelPart): common.ChannelHeader {
  const header = new common.ChannelHeader();
  header.setType(type);
  header.setChannelId(channel);
  header.setTimestamp(timestamps.Timestamp.fromDate(at));
  if (id === undefined) return header;
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId());
  header.setTxId(id);
  header.setExtension$(extension.serializeBinary());
  return header;
}

/** The chaincode as Fabric's messages name it; in a proposal without a version. */
export function chaincodeId(version = ''): peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(chaincode.name);
  id.setVersion(version);
  return id;
}

function payloadOf({ arguments: words, transient = {} }: Request): Uint8Array {
  const input = new peer.ChaincodeInput();
  input.setArgsList(words.map((word) => Buffer.from(word)));
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(chaincodeId());
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  for (const [name, value] of Object.entries(transient)) payload.getTransientmapMap().set(name, value);
  return payload.serializeBinary();
}
