package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"

	cb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric/common/ledger/util"
	"github.com/hyperledger/fabric/core/ledger/kvledger/txmgmt/rwsetutil"
	"github.com/hyperledger/fabric/protoutil"
	"google.golang.org/protobuf/encoding/protowire"
)

// update is a key as a block leaves it; collection is empty for public state, where key and value are not hashed.
type update struct {
	namespace, collection, key string
	value                      []byte
	deleted                    bool
	transaction                int
}

// checkCommitHash recomputes what no package of Fabric exports: the hash over flags, writes and the commit hash before.
// Nobody signs it, but it ties the flags, which nobody signs either, to everything else a peer has concluded.
func (c *channel) checkCommitHash(block *cb.Block, sets []*rwsetutil.TxRwSet) error {
	flags := block.Metadata.Metadata[cb.BlockMetadataIndex_TRANSACTIONS_FILTER]
	message := protowire.AppendVarint(nil, uint64(len(flags)))
	message = append(message, flags...)
	message = append(message, updateBytes(block.Header.Number, updatesOf(flags, sets))...)
	message = append(message, c.commitHash...)
	sum := sha256.Sum256(message)
	metadata, err := protoutil.GetMetadataFromBlock(block, cb.BlockMetadataIndex_COMMIT_HASH)
	if err != nil {
		return err
	}
	if !bytes.Equal(metadata.Value, sum[:]) {
		return errors.New("the commit hash is not that of flags and writes")
	}
	c.commitHash = metadata.Value
	return nil
}

func updatesOf(flags []byte, sets []*rwsetutil.TxRwSet) []update {
	type place struct{ namespace, collection, key string }
	last := map[place]update{}
	add := func(u update) { last[place{u.namespace, u.collection, u.key}] = u }
	for index, set := range sets {
		if flags[index] != 0 {
			continue
		}
		for _, ns := range set.NsRwSets {
			for _, write := range ns.KvRwSet.Writes {
				add(update{ns.NameSpace, "", write.Key, write.Value, write.IsDelete, index})
			}
			for _, coll := range ns.CollHashedRwSets {
				for _, write := range coll.HashedRwSet.HashedWrites {
					add(update{ns.NameSpace, coll.CollectionName, string(write.KeyHash), write.ValueHash, write.IsDelete, index})
				}
			}
		}
	}
	updates := make([]update, 0, len(last))
	for _, each := range last {
		updates = append(updates, each)
	}
	slices.SortFunc(updates, func(a, b update) int {
		if order := strings.Compare(a.namespace, b.namespace); order != 0 {
			return order
		}
		if order := strings.Compare(a.collection, b.collection); order != 0 {
			return order
		}
		return strings.Compare(a.key, b.key)
	})
	return updates
}

// updateBytes encodes the messages KVWrite and Updates of Fabric's transaction manager; a name stands only where it changes.
func updateBytes(block uint64, updates []update) []byte {
	var all []byte
	var before update
	for _, each := range updates {
		var one []byte
		if each.namespace != before.namespace {
			one = appendBytes(one, 1, []byte(each.namespace))
		}
		if each.collection != before.collection {
			one = appendBytes(one, 2, []byte(each.collection))
		}
		one = appendBytes(one, 3, []byte(each.key))
		if each.deleted {
			one = protowire.AppendVarint(protowire.AppendTag(one, 4, protowire.VarintType), 1)
		} else {
			one = appendBytes(one, 5, each.value)
		}
		version := util.EncodeOrderPreservingVarUint64(block)
		version = append(version, util.EncodeOrderPreservingVarUint64(uint64(each.transaction))...)
		all = appendBytes(all, 1, appendBytes(one, 6, version))
		before = each
	}
	return all
}

func appendBytes(message []byte, field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(message, field, protowire.BytesType), value)
}
