import { common, peer } from '@hyperledger/fabric-protos';
import type { Country } from '#domain/country.ts';
import { publicWrites, readsOf, type PrivateHash, type Read, type Write } from '../blocks/readWriteSet.ts';
import type { Identities } from './identities.ts';
import { chaincode, proposalHash, transactionId } from './proposal.ts';
import { verifyLowS } from './signing.ts';

/** A transaction as the validation of a block sees it. */
export type Transaction = {
  readonly id: string;
  /** Undefined while its form and signatures are in order. */
  readonly fault: number | undefined;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly privateHashes: readonly PrivateHash[];
};

type Rules = {
  readonly channel: string;
  readonly identities: Identities;
  readonly endorsement: Country['endorsement'];
};

const { VALID, BAD_CREATOR_SIGNATURE, BAD_PROPOSAL_TXID, ENDORSEMENT_POLICY_FAILURE, BAD_PAYLOAD } =
  peer.TxValidationCode;

/** Reads an ordered envelope and checks what does not depend on the state: form, id, and signatures. */
export function readTransaction(bytes: Uint8Array, rules: Rules): Transaction {
  const parts = partsOf(bytes);
  const { results } = parts;
  const fault = creatorFault(parts, rules) || proposalFault(parts, rules) || endorsementFault(parts, rules);
  return {
    id: parts.channelHeader.getTxId(),
    fault: fault === VALID ? undefined : fault,
    reads: readsOf(results, chaincode.name),
    ...publicWrites(results, chaincode.name),
  };
}

type Parts = {
  readonly envelope: common.Envelope;
  readonly header: common.Header;
  readonly channelHeader: common.ChannelHeader;
  readonly decided: peer.ChaincodeActionPayload;
  /** What the agencies signed. */
  readonly response: Uint8Array;
  readonly proposalHash: Uint8Array;
  readonly results: Uint8Array;
};

function partsOf(bytes: Uint8Array): Parts {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = payload.getHeader() ?? new common.Header();
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const decided = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array());
  const response = decided.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array();
  const opened = peer.ProposalResponsePayload.deserializeBinary(response);
  return {
    ...{ envelope, header, decided, response },
    channelHeader: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
    proposalHash: opened.getProposalHash_asU8(),
    results: peer.ChaincodeAction.deserializeBinary(opened.getExtension_asU8()).getResults_asU8(),
  };
}

function creatorFault({ envelope, header, channelHeader }: Parts, { identities }: Rules): number {
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const creator = signatureHeader.getCreator_asU8();
  const identity = identities.find(creator);
  if (identity === undefined) return BAD_CREATOR_SIGNATURE;
  if (!verifyLowS(identity.publicKey, envelope.getPayload_asU8(), envelope.getSignature_asU8()))
    return BAD_CREATOR_SIGNATURE;
  const isOwn = channelHeader.getTxId() === transactionId(signatureHeader.getNonce_asU8(), creator);
  return isOwn ? VALID : BAD_PROPOSAL_TXID;
}

/** The agencies must have been asked exactly what the transaction says, for this channel. */
function proposalFault({ header, channelHeader, decided, proposalHash: signed }: Parts, { channel }: Rules): number {
  const asked = proposalHash(header, decided.getChaincodeProposalPayload_asU8());
  return channelHeader.getChannelId() === channel && asked.equals(signed) ? VALID : BAD_PAYLOAD;
}

/** Enough different agencies must have signed the same bytes. */
function endorsementFault(
  { decided, response }: Parts,
  { identities, endorsement: { agencies, required } }: Rules,
): number {
  const agreed = new Set<string>();
  for (const endorsement of decided.getAction()?.getEndorsementsList() ?? []) {
    const endorser = endorsement.getEndorser_asU8();
    const identity = identities.find(endorser);
    if (identity?.role !== 'peer' || !agencies.includes(identity.agency)) continue;
    const signed = Buffer.concat([response, endorser]);
    if (verifyLowS(identity.publicKey, signed, endorsement.getSignature_asU8())) agreed.add(identity.agency);
  }
  return agreed.size >= required ? VALID : ENDORSEMENT_POLICY_FAILURE;
}
