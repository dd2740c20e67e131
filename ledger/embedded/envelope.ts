import { common, peer } from '@hyperledger/fabric-protos';
import type { Endorsement } from './endorser.ts';
import type { Signer } from './identities.ts';
import { publicPayload, type SignedProposal } from './proposal.ts';

/** The transaction that is ordered: proposal without its transient part, what was decided, who agreed, signed by its creator. */
export function envelopeOf(
  proposal: SignedProposal,
  endorsements: readonly Endorsement[],
  creator: Signer,
): Uint8Array {
  const signed = peer.SignedProposal.deserializeBinary(proposal.bytes);
  const { header, payload } = partsOf(signed);
  const action = new peer.TransactionAction();
  action.setHeader(header.getSignatureHeader_asU8());
  action.setPayload(actionPayload(payload, endorsements).serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([action]);
  const content = new common.Payload();
  content.setHeader(header);
  content.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(content.serializeBinary());
  envelope.setSignature(creator.sign(envelope.getPayload_asU8()));
  return envelope.serializeBinary();
}

function partsOf(signed: peer.SignedProposal): { header: common.Header; payload: peer.ChaincodeProposalPayload } {
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  return {
    header: common.Header.deserializeBinary(proposal.getHeader_asU8()),
    payload: peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8()),
  };
}

function actionPayload(
  payload: peer.ChaincodeProposalPayload,
  endorsements: readonly Endorsement[],
): peer.ChaincodeActionPayload {
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(endorsements[0]?.payload ?? new Uint8Array());
  endorsed.setEndorsementsList(
    endorsements.map(({ endorser, signature }) => {
      const endorsement = new peer.Endorsement();
      endorsement.setEndorser(endorser);
      endorsement.setSignature(signature);
      return endorsement;
    }),
  );
  const result = new peer.ChaincodeActionPayload();
  result.setChaincodeProposalPayload(publicPayload(payload));
  result.setAction(endorsed);
  return result;
}
