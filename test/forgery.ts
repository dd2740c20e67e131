import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { commitHash } from '#ledger/blocks/commitHash.ts';
import { publicWrites } from '#ledger/blocks/readWriteSet.ts';
import { emptyBlock, seal } from '#ledger/embedded/blockParts.ts';
import { updatesOf } from '#ledger/embedded/effects.ts';
import { signerOf } from '#ledger/embedded/identities.ts';
import { getMspKeys, type MspKeys } from '#ledger/embedded/mspKeys.ts';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of P-256
const { COMMIT_HASH } = common.BlockMetadataIndex;

/** What of a transaction somebody changes who holds the keys of all agencies. */
export type Forgery = {
  /** A changed value of the one event that it writes. */
  readonly event?: (value: string) => string;
  /** Agencies whose peers endorse. */
  readonly endorsers: readonly string[];
  readonly signature?: (signature: Uint8Array) => Uint8Array;
};

/** A block with one transaction, changed and signed again by everybody, so that hashes and signatures fit. */
export function forge(blockBytes: Uint8Array, before: Uint8Array, mspKeys: MspKeys, forgery: Forgery): Uint8Array {
  const block = common.Block.deserializeBinary(blockBytes);
  const [bytes = new Uint8Array()] = block.getData()?.getDataList_asU8() ?? [];
  const { envelope, results } = forgeTransaction(bytes, mspKeys, forgery);
  const header = block.getHeader() ?? new common.BlockHeader();
  const number = header.getNumber();
  const codes = Buffer.of(0);
  const updates = updatesOf(number, [{ index: 0, ...publicWrites(results, 'registry') }]);
  const previous = common.Block.deserializeBinary(before).getMetadata()?.getMetadataList_asU8()[COMMIT_HASH];
  const commit = common.Metadata.deserializeBinary(previous ?? new Uint8Array()).getValue_asU8();
  const forged = emptyBlock(number, header.getPreviousHash_asU8(), [envelope]);
  const orderer = signerOf(mspKeys.orderer.agency, mspKeys.orderer);
  return seal(forged, { codes, commitHash: commitHash(codes, updates, commit), orderer }).serializeBinary();
}

/** The same signature with the other value of s, which mathematics accepts and Fabric does not. */
export function withHighS(signature: Uint8Array): Buffer {
  const r = signature.subarray(0, 4 + (signature[3] ?? 0));
  const s = BigInt(`0x${Buffer.from(signature.subarray(r.length + 2)).toString('hex')}`);
  const high = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex'); // above half of the order, so its first bit is set
  const body = Buffer.concat([r.subarray(2), Buffer.of(0x02, high.length + 1, 0), high]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function forgeTransaction(bytes: Uint8Array, mspKeys: MspKeys, { event, endorsers, signature }: Forgery) {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const [action] = transaction.getActionsList();
  const decided = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array());
  const endorsed = decided.getAction() ?? new peer.ChaincodeEndorsedAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
  const answer = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  const results = forgeResults(answer.getResults_asU8(), event ?? ((value) => value));
  answer.setResults(results);
  response.setExtension$(answer.serializeBinary());
  endorsed.setProposalResponsePayload(response.serializeBinary());
  endorsed.setEndorsementsList(endorsers.map((agency) => endorse(agency, mspKeys, response.serializeBinary())));
  action?.setPayload(decided.serializeBinary());
  payload.setData(transaction.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  const creator = signerOf('civil-registry', getMspKeys(mspKeys, 'civil-registry').node);
  const signed = creator.sign(envelope.getPayload_asU8());
  envelope.setSignature(signature === undefined ? signed : signature(signed));
  return { envelope: envelope.serializeBinary(), results };
}

function forgeResults(bytes: Uint8Array, change: (value: string) => string): Uint8Array {
  const results = ledger.rwset.TxReadWriteSet.deserializeBinary(bytes);
  const [namespace] = results.getNsRwsetList();
  const set = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(namespace?.getRwset_asU8() ?? new Uint8Array());
  const write = set.getWritesList().find((each) => each.getKey().startsWith('event\u0000'));
  write?.setValue(Buffer.from(change(Buffer.from(write.getValue_asU8()).toString())));
  namespace?.setRwset(set.serializeBinary());
  return results.serializeBinary();
}

function endorse(agency: string, mspKeys: MspKeys, response: Uint8Array): peer.Endorsement {
  const signer = signerOf(agency, getMspKeys(mspKeys, agency).peer);
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(signer.identity);
  endorsement.setSignature(signer.sign(Buffer.concat([response, signer.identity])));
  return endorsement;
}
