package main

import (
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	cb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric/common/channelconfig"
	"github.com/hyperledger/fabric/common/policies"
	"github.com/hyperledger/fabric/core/ledger/kvledger/txmgmt/rwsetutil"
	"github.com/hyperledger/fabric/msp"
	"github.com/hyperledger/fabric/protoutil"
)

// channel is what the configuration says about who may sign what.
type channel struct {
	id          string
	identities  msp.MSPManager
	endorsement policies.Policy
	verifyBlock protoutil.BlockVerifierFunc
	commitHash  []byte
}

const endorsementPolicy = "/Channel/Application/Endorsement"

func openChannel(block *cb.Block) (*channel, error) {
	envelope, err := protoutil.ExtractEnvelope(block, 0)
	if err != nil {
		return nil, err
	}
	bundle, err := channelconfig.NewBundleFromEnvelope(envelope, factory.GetDefault())
	if err != nil {
		return nil, err
	}
	orderers, ok := bundle.OrdererConfig()
	if !ok {
		return nil, errors.New("the configuration names no orderers")
	}
	validation, ok := bundle.PolicyManager().GetPolicy(policies.BlockValidation)
	if !ok {
		return nil, errors.New("the configuration does not say who signs blocks")
	}
	endorsement, ok := bundle.PolicyManager().GetPolicy(endorsementPolicy)
	if !ok {
		return nil, errors.New("the configuration does not say who endorses")
	}
	bft := bundle.ChannelConfig().Capabilities().ConsensusTypeBFT()
	return &channel{
		id:          bundle.ConfigtxValidator().ChannelID(),
		identities:  bundle.MSPManager(),
		endorsement: endorsement,
		verifyBlock: protoutil.BlockSignatureVerifier(bft, orderers.Consenters(), validation),
	}, nil
}

func (c *channel) checkBlock(block *cb.Block, done *counts) error {
	if err := c.verifyBlock(block.Header, block.Metadata); err != nil {
		return fmt.Errorf("orderer's signature: %w", err)
	}
	done.signatures++
	flags := block.Metadata.Metadata[cb.BlockMetadataIndex_TRANSACTIONS_FILTER]
	if len(flags) != len(block.Data.Data) {
		return errors.New("not one validity flag for each transaction")
	}
	var sets []*rwsetutil.TxRwSet
	for index := range block.Data.Data {
		set, signatures, err := c.checkTransaction(block, index)
		if err != nil {
			return fmt.Errorf("transaction %d: %w", index, err)
		}
		sets = append(sets, set)
		done.transactions++
		done.signatures += signatures
	}
	return c.checkCommitHash(block, sets)
}
