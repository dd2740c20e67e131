import { createHash } from 'node:crypto';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { publicWrites, readsOf, type PrivateHash, type Read, type Write } from '../blocks/readWriteSet.ts';
import { Discrepancy, demand, readMessage, readWhole, required } from './discrepancy.ts';

/** What one chaincode read and wrote in a transaction. */
export type Effect = {
  readonly namespace: string;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly privateHashes: readonly PrivateHash[];
  /** Range queries and metadata of keys, which this tool does not replay. */
  readonly isBeyond: boolean;
};

/** What agencies decided, and who of them signed it. */
export type Decision = {
  readonly chaincode: string;
  /** The chaincode that the creator asked. */
  readonly asked: string;
  readonly arguments: readonly Uint8Array[];
  /** What they signed. */
  readonly response: Uint8Array;
  readonly endorsements: readonly { readonly endorser: Uint8Array; readonly signature: Uint8Array }[];
  /** Whether they were asked what the transaction says they were. */
  readonly isAsAsked: boolean;
  readonly effects: readonly Effect[];
};

/** An envelope of a block, opened; nothing of it is checked yet. */
export type Transaction = {
  readonly id: string;
  readonly channel: string;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** The client's clock, in milliseconds. */
  readonly time: number;
  readonly content: Decision | common.ConfigEnvelope;
};

/** A transaction, or why it cannot be read. */
export type Opened = { readonly transaction?: Transaction; readonly unreadable?: string };

/** Opens an envelope. Orderers do not look into envelopes, so it may be any bytes at all. */
export function openTransaction(bytes: Uint8Array): Opened {
  try {
    return { transaction: readTransaction(bytes) };
  } catch (error) {
    if (error instanceof Discrepancy) return { unreadable: error.message };
    throw error;
  }
}

/** Whether a transaction's content is a configuration rather than a decision of the agencies. */
export function isConfig(content: Transaction['content']): content is common.ConfigEnvelope {
  return content instanceof common.ConfigEnvelope;
}

function readTransaction(bytes: Uint8Array): Transaction {
  const envelope = readWhole((each) => common.Envelope.deserializeBinary(each), bytes, 'the envelope');
  const payload = readMessage(
    (each) => common.Payload.deserializeBinary(each),
    envelope.getPayload_asU8(),
    'the payload',
  );
  const header = required(payload.getHeader(), 'the header of the payload');
  const about = readMessage(
    (each) => common.ChannelHeader.deserializeBinary(each),
    header.getChannelHeader_asU8(),
    'the channel header',
  );
  const by = readMessage(
    (each) => common.SignatureHeader.deserializeBinary(each),
    header.getSignatureHeader_asU8(),
    'the signature header',
  );
  return {
    id: about.getTxId(),
    channel: about.getChannelId(),
    creator: by.getCreator_asU8(),
    nonce: by.getNonce_asU8(),
    payload: envelope.getPayload_asU8(),
    signature: envelope.getSignature_asU8(),
    time: required(about.getTimestamp(), 'the timestamp').toDate().getTime(),
    content: contentOf(about, header, payload.getData_asU8()),
  };
}

function contentOf(about: common.ChannelHeader, header: common.Header, bytes: Uint8Array): Transaction['content'] {
  const { CONFIG, ENDORSER_TRANSACTION } = common.HeaderType;
  if (about.getType() === CONFIG)
    return readMessage((each) => common.ConfigEnvelope.deserializeBinary(each), bytes, 'the configuration');
  demand(about.getType() === ENDORSER_TRANSACTION, `a transaction of type ${about.getType()}`);
  return readMessage((each) => decisionOf(about, header, each), bytes, 'what was endorsed');
}

function decisionOf(about: common.ChannelHeader, header: common.Header, bytes: Uint8Array): Decision {
  const actions = peer.Transaction.deserializeBinary(bytes).getActionsList();
  demand(actions.length === 1, `${actions.length} actions`);
  const payload = peer.ChaincodeActionPayload.deserializeBinary(actions[0]?.getPayload_asU8() ?? new Uint8Array());
  const endorsed = required(payload.getAction(), 'the endorsed action');
  const response = endorsed.getProposalResponsePayload_asU8();
  const opened = peer.ProposalResponsePayload.deserializeBinary(response);
  const action = peer.ChaincodeAction.deserializeBinary(opened.getExtension_asU8());
  const question = payload.getChaincodeProposalPayload_asU8();
  const asked = digest(header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), question);
  const extension = peer.ChaincodeHeaderExtension.deserializeBinary(about.getExtension_asU8());
  return {
    chaincode: action.getChaincodeId()?.getName() ?? '',
    asked: extension.getChaincodeId()?.getName() ?? '',
    arguments: argumentsOf(question),
    response,
    endorsements: endorsed
      .getEndorsementsList()
      .map((each) => ({ endorser: each.getEndorser_asU8(), signature: each.getSignature_asU8() })),
    isAsAsked: asked.equals(opened.getProposalHash_asU8()),
    effects: effectsOf(action.getResults_asU8()),
  };
}

function argumentsOf(question: Uint8Array): readonly Uint8Array[] {
  const input = peer.ChaincodeProposalPayload.deserializeBinary(question).getInput_asU8();
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(input).getChaincodeSpec();
  return spec?.getInput()?.getArgsList_asU8() ?? [];
}

function effectsOf(results: Uint8Array): readonly Effect[] {
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList();
  return sets.map((set) => {
    const namespace = set.getNamespace();
    return {
      namespace,
      reads: readsOf(results, namespace),
      ...publicWrites(results, namespace),
      isBeyond: isBeyond(set),
    };
  });
}

function isBeyond(set: ledger.rwset.NsReadWriteSet): boolean {
  const { HashedRWSet, KVRWSet } = ledger.rwset.kvrwset;
  const open = KVRWSet.deserializeBinary(set.getRwset_asU8());
  if (open.getRangeQueriesInfoList().length > 0 || open.getMetadataWritesList().length > 0) return true;
  return set
    .getCollectionHashedRwsetList()
    .some((each) => HashedRWSet.deserializeBinary(each.getHashedRwset_asU8()).getMetadataWritesList().length > 0);
}

/** SHA-256 over these parts, one after the other. */
export function digest(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
