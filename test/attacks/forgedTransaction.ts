import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { sha256 } from '#domain/seal/digest.ts';
import { envelopeOf } from '#ledger/embedded/envelope.ts';
import type { Signer } from '#ledger/embedded/identities.ts';
import { chaincodeId, propose, proposalHash, publicPayload } from '#ledger/embedded/proposal.ts';
import { channel } from '#test/registry.ts';

const { CollectionHashedReadWriteSet, TxReadWriteSet, NsReadWriteSet } = ledger.rwset;
const { HashedRWSet, KVRWSet, KVWrite, KVWriteHash } = ledger.rwset.kvrwset;

/** A transaction that nobody simulated: what it claims to have read and written, and who signs for that. */
export type Forgery = {
  readonly creator: Signer;
  readonly endorsers: readonly Signer[];
  /** Key → value. */
  readonly writes: Readonly<Record<string, string>>;
  /** Keys of private values that it removes for good, by collection. */
  readonly purges?: Readonly<Record<string, readonly string[]>>;
  /** `registry` where none is named. */
  readonly namespace?: string;
  /** What the transaction says it was asked; a batch without commands where nothing is given. */
  readonly batch?: object;
  readonly at?: Date;
};

/** A transaction as orderers take it. */
export type Envelope = { readonly id: string; readonly bytes: Uint8Array };

/** Assembles a transaction by hand, the way a peer and a client would have done it together. */
export function forgeTransaction(forgery: Forgery): Envelope {
  const { creator, endorsers, batch = { commands: [] }, at = new Date() } = forgery;
  const proposal = propose({ channel, arguments: ['submit', JSON.stringify(batch)], at }, creator);
  const payload = responseTo(proposal.bytes, forgery);
  const endorsements = endorsers.map(({ identity, sign }) => ({
    ...{ payload, endorser: identity, answer: new Uint8Array() },
    signature: sign(Buffer.concat([payload, identity])),
  }));
  return { id: proposal.transactionId, bytes: envelopeOf(proposal, endorsements, creator) };
}

function responseTo(signedProposal: Uint8Array, forgery: Forgery): Uint8Array {
  const signed = peer.SignedProposal.deserializeBinary(signedProposal);
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const asked = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(Buffer.from('[]'));
  const action = new peer.ChaincodeAction();
  action.setResults(resultsOf(forgery));
  action.setResponse(response);
  action.setChaincodeId(chaincodeId('1'));
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(proposalHash(header, publicPayload(asked)));
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

function resultsOf({ writes, purges = {}, namespace = 'registry' }: Forgery): Uint8Array {
  const set = new KVRWSet();
  set.setWritesList(
    Object.entries(writes).map(([key, value]) => {
      const write = new KVWrite();
      write.setKey(key);
      write.setValue(Buffer.from(value));
      return write;
    }),
  );
  const space = new NsReadWriteSet();
  space.setNamespace(namespace);
  space.setRwset(set.serializeBinary());
  space.setCollectionHashedRwsetList(Object.entries(purges).map(([name, keys]) => purgeSet(name, keys)));
  const results = new TxReadWriteSet();
  results.setNsRwsetList([space]);
  return results.serializeBinary();
}

function purgeSet(name: string, keys: readonly string[]): ledger.rwset.CollectionHashedReadWriteSet {
  const hashed = new HashedRWSet();
  hashed.setHashedWritesList(
    keys.map((key) => {
      const write = new KVWriteHash();
      write.setKeyHash(Buffer.from(sha256(key), 'base64url'));
      write.setIsDelete(true);
      write.setIsPurge(true);
      return write;
    }),
  );
  const set = new CollectionHashedReadWriteSet();
  set.setCollectionName(name);
  set.setHashedRwset(hashed.serializeBinary());
  return set;
}
