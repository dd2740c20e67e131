package main

import (
	"bytes"
	"errors"
	"fmt"

	cb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric/core/ledger/kvledger/txmgmt/rwsetutil"
	"github.com/hyperledger/fabric/protoutil"
)

// checkTransaction answers what the transaction read and wrote, and how many signatures were checked.
func (c *channel) checkTransaction(block *cb.Block, index int) (*rwsetutil.TxRwSet, int, error) {
	envelope, err := protoutil.ExtractEnvelope(block, index)
	if err != nil {
		return nil, 0, err
	}
	payload, err := protoutil.UnmarshalPayload(envelope.Payload)
	if err != nil {
		return nil, 0, err
	}
	if err := c.checkCreator(envelope, payload.Header); err != nil {
		return nil, 0, err
	}
	action, err := actionOf(payload)
	if err != nil {
		return nil, 0, err
	}
	set, err := checkProposal(payload.Header, action)
	if err != nil {
		return nil, 0, err
	}
	signed, err := c.checkEndorsers(action.Action)
	return set, 1 + signed, err
}

func (c *channel) checkCreator(envelope *cb.Envelope, header *cb.Header) error {
	if header == nil {
		return errors.New("no header")
	}
	channelHeader, err := protoutil.UnmarshalChannelHeader(header.ChannelHeader)
	if err != nil {
		return err
	}
	signatureHeader, err := protoutil.UnmarshalSignatureHeader(header.SignatureHeader)
	if err != nil {
		return err
	}
	if channelHeader.ChannelId != c.id {
		return fmt.Errorf("is of channel %q", channelHeader.ChannelId)
	}
	if err := protoutil.CheckTxID(channelHeader.TxId, signatureHeader.Nonce, signatureHeader.Creator); err != nil {
		return err
	}
	return c.verify("creator", signatureHeader.Creator, envelope.Payload, envelope.Signature)
}

// verify asks the MSP: certificate chain, validity, role, and a signature with the low s.
func (c *channel) verify(who string, identity, message, signature []byte) error {
	signer, err := c.identities.DeserializeIdentity(identity)
	if err != nil {
		return fmt.Errorf("%s: %w", who, err)
	}
	if err := signer.Validate(); err != nil {
		return fmt.Errorf("%s: %w", who, err)
	}
	if err := signer.Verify(message, signature); err != nil {
		return fmt.Errorf("%s's signature: %w", who, err)
	}
	return nil
}

func actionOf(payload *cb.Payload) (*pb.ChaincodeActionPayload, error) {
	transaction, err := protoutil.UnmarshalTransaction(payload.Data)
	if err != nil {
		return nil, err
	}
	if len(transaction.Actions) != 1 {
		return nil, fmt.Errorf("%d actions", len(transaction.Actions))
	}
	action, err := protoutil.UnmarshalChaincodeActionPayload(transaction.Actions[0].Payload)
	if err == nil && action.Action == nil {
		err = errors.New("nothing endorsed")
	}
	return action, err
}

// checkProposal compares what was asked with what the agencies signed, and reads the read-write set as a peer does.
func checkProposal(header *cb.Header, action *pb.ChaincodeActionPayload) (*rwsetutil.TxRwSet, error) {
	response, err := protoutil.UnmarshalProposalResponsePayload(action.Action.ProposalResponsePayload)
	if err != nil {
		return nil, err
	}
	hash, err := protoutil.GetProposalHash2(header, action.ChaincodeProposalPayload)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(hash, response.ProposalHash) {
		return nil, errors.New("the agencies were asked something else")
	}
	decided, err := protoutil.UnmarshalChaincodeAction(response.Extension)
	if err != nil {
		return nil, err
	}
	set := &rwsetutil.TxRwSet{}
	if err := set.FromProtoBytes(decided.Results); err != nil {
		return nil, err
	}
	again, err := set.ToProtoBytes()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, decided.Results) {
		return nil, errors.New("the read-write set is not in Fabric's form")
	}
	return set, nil
}

func (c *channel) checkEndorsers(action *pb.ChaincodeEndorsedAction) (int, error) {
	var signed []*protoutil.SignedData
	for _, endorsement := range action.Endorsements {
		message := bytes.Join([][]byte{action.ProposalResponsePayload, endorsement.Endorser}, nil)
		if err := c.verify("endorser", endorsement.Endorser, message, endorsement.Signature); err != nil {
			return 0, err
		}
		signed = append(signed, &protoutil.SignedData{
			Identity: endorsement.Endorser, Data: message, Signature: endorsement.Signature,
		})
	}
	if err := c.endorsement.EvaluateSignedData(signed); err != nil {
		return 0, fmt.Errorf("too few endorsers: %w", err)
	}
	return len(signed), nil
}
