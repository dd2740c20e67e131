import { common, gateway as protocol, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Outcome } from '#domain/envelope.ts';
import type { FabricConnection } from '#ledger/fabric/connection.ts';
import { endorsementFailureOf } from '#ledger/fabric/endorsementFailure.ts';
import { agenciesThatMaySee } from '#ledger/fabric/endorsers.ts';
import { openPeerGateway } from '#ledger/fabric/peerGateway.ts';
import { proposalOptions } from '#ledger/fabric/proposalOptions.ts';
import { EndorsementFailed, type Transactor } from '#ledger/transactor.ts';

/** A node whose clock is wrong: its proposals are in order but for their time. */
export function transactorWithClock(connection: FabricConnection, offsetMs: number): Transactor {
  const [own] = connection.peers;
  if (own === undefined) throw new Error('a connection without peers');
  return {
    endorse: async (batch) => {
      const { gateway, contract, close } = openPeerGateway(connection, own);
      try {
        const timely = contract.newProposal('submit', proposalOptions(batch, agenciesThatMaySee(connection, batch)));
        const transaction = await gateway.newProposal(withClock(timely.getBytes(), offsetMs)).endorse();
        return {
          transactionId: transaction.getTransactionId(),
          outcomes: JSON.parse(Buffer.from(transaction.getResult()).toString()) as Outcome[], // our contract's, signed by the endorsers
          reconsider: undefined,
          commit: () => Promise.reject(new Error('what a wrong clock has made is not ordered')),
        };
      } catch (cause) {
        const failure = endorsementFailureOf(cause);
        const message = failure.kind === 'final' ? failure.message : failure.kind;
        throw new EndorsementFailed(message, { retryable: failure.kind !== 'final', cause });
      } finally {
        close();
      }
    },
  };
}

/** The same proposal, not signed yet, at another time. Its id depends on creator and nonce only. */
function withClock(bytes: Uint8Array, offsetMs: number): Uint8Array {
  const proposed = protocol.ProposedTransaction.deserializeBinary(bytes);
  const signed = proposed.getProposal() ?? new peer.SignedProposal();
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  channelHeader.setTimestamp(timestamps.Timestamp.fromDate(new Date(Date.now() + offsetMs)));
  header.setChannelHeader(channelHeader.serializeBinary());
  proposal.setHeader(header.serializeBinary());
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature('');
  proposed.setProposal(signed);
  return proposed.serializeBinary();
}
