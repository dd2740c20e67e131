import { common, msp, peer } from '@hyperledger/fabric-protos';
import { blockHash } from './blockHash.ts';
import { privateWrites, publicWrites, type PrivateHash, type PrivateWrite, type Write } from './readWriteSet.ts';

/** The chaincode whose writes are the registry. */
const namespace = 'registry';

/** A block as it comes from either ledger: the serialised `common.Block` and the private sets by transaction index. */
export type EncodedBlock = {
  readonly bytes: Uint8Array;
  readonly privateSets: ReadonlyMap<number, Uint8Array>;
};

/** A block in plain values; hashes in base64url. */
export type Block = {
  readonly number: number;
  readonly hash: string;
  readonly previousHash: string;
  readonly transactions: readonly BlockTransaction[];
};

/** One transaction of a block. Only code 0 has taken effect; an invalid one may be unreadable and then has no writes. */
export type BlockTransaction = {
  readonly index: number;
  readonly id: string;
  readonly code: number;
  /** MSP id of the creator. */
  readonly creator: string;
  /** ISO 8601 with milliseconds, the timestamp of the channel header: the client's clock. */
  readonly at: string;
  readonly type: 'config' | 'endorsement' | 'other';
  readonly writes: readonly Write[];
  readonly privateHashes: readonly PrivateHash[];
  readonly privateWrites: readonly PrivateWrite[];
};

/** Decodes a block of a real peer or of the embedded ledger. Checks nothing: what a node's own ledger hands over is taken at its word. */
export function decodeBlock({ bytes, privateSets }: EncodedBlock): Block {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  if (header === undefined) throw new Error('a block without a header');
  const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  return {
    number: header.getNumber(),
    hash: blockHash(header).toString('base64url'),
    previousHash: Buffer.from(header.getPreviousHash_asU8()).toString('base64url'),
    transactions: envelopes.map((envelope, index) =>
      readTransaction(envelope, { index, code: codes?.[index] ?? peer.TxValidationCode.VALID }, privateSets.get(index)),
    ),
  };
}

type Place = { readonly index: number; readonly code: number };

// Orderers do not look into envelopes, so what a peer has marked invalid may be any bytes at all.
function readTransaction(envelope: Uint8Array, place: Place, privateSet: Uint8Array | undefined): BlockTransaction {
  try {
    return decodeTransaction(envelope, place, privateSet);
  } catch (cause) {
    if (place.code !== peer.TxValidationCode.VALID) return { ...unreadable, ...place };
    throw new Error(`transaction ${place.index} of a block cannot be read`, { cause });
  }
}

const none = { writes: [], privateHashes: [] };
const unreadable = { id: '', creator: '', at: '', type: 'other', ...none, privateWrites: [] } as const;

function decodeTransaction(envelope: Uint8Array, place: Place, privateSet: Uint8Array | undefined): BlockTransaction {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const header = payload.getHeader();
  if (header === undefined) throw new Error('a transaction without a header');
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const type = typeOf(channelHeader.getType());
  return {
    ...place,
    id: channelHeader.getTxId(),
    creator: msp.SerializedIdentity.deserializeBinary(signatureHeader.getCreator_asU8()).getMspid(),
    at: channelHeader.getTimestamp()?.toDate().toISOString() ?? '',
    type,
    ...(type === 'endorsement' ? publicWrites(resultsOf(payload.getData_asU8()), namespace) : none),
    privateWrites: privateSet === undefined ? [] : privateWrites(privateSet, namespace),
  };
}

function typeOf(type: number): BlockTransaction['type'] {
  if (type === common.HeaderType.ENDORSER_TRANSACTION) return 'endorsement';
  return type === common.HeaderType.CONFIG ? 'config' : 'other';
}

/** The serialised `TxReadWriteSet` that the agencies endorsed. Fabric allows one action in a transaction. */
function resultsOf(transaction: Uint8Array): Uint8Array {
  const [action] = peer.Transaction.deserializeBinary(transaction).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(
    action?.getPayload_asU8() ?? new Uint8Array(),
  ).getAction();
  const response = endorsed?.getProposalResponsePayload_asU8();
  if (response === undefined) throw new Error('a transaction without an endorsed action');
  const extension = peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8();
  return peer.ChaincodeAction.deserializeBinary(extension).getResults_asU8();
}
