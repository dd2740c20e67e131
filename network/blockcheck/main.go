// Command blockcheck reads the block file of an embedded ledger and checks it with Fabric's own packages:
// the configuration in block 0, the chain of headers, the hashes of the data, the orderer's signature on each
// block, the creator's and endorsers' signatures on each transaction, and the commit hash. It trusts block 0 only.
package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	cb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric/protoutil"
	"google.golang.org/protobuf/proto"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: blockcheck <block file>")
		os.Exit(2)
	}
	counts, err := checkFile(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("blocks %d, transactions %d, signatures %d: ok\n", counts.blocks, counts.transactions, counts.signatures)
}

type counts struct{ blocks, transactions, signatures int }

func checkFile(path string) (counts, error) {
	file, err := os.Open(path)
	if err != nil {
		return counts{}, err
	}
	defer file.Close()
	var done counts
	var channel *channel
	var previous *cb.BlockHeader
	for {
		block, err := readBlock(file)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = checkChain(block, previous, done.blocks)
		}
		if err == nil && channel == nil {
			channel, err = openChannel(block)
		} else if err == nil {
			err = channel.checkBlock(block, &done)
		}
		if err != nil {
			return done, fmt.Errorf("block %d: %w", done.blocks, err)
		}
		previous = block.Header
		done.blocks++
	}
	if channel == nil {
		return done, errors.New("no blocks")
	}
	return done, nil
}

// readBlock reads one record: the length in four bytes, big-endian, their CRC-32, and the block.
func readBlock(file io.Reader) (*cb.Block, error) {
	var prefix [8]byte
	if _, err := io.ReadFull(file, prefix[:]); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(prefix[:4])
	if crc32.ChecksumIEEE(prefix[:4]) != binary.BigEndian.Uint32(prefix[4:]) {
		return nil, errors.New("its length is damaged")
	}
	record, err := io.ReadAll(io.LimitReader(file, int64(length)))
	if err != nil {
		return nil, err
	}
	if len(record) != int(length) {
		return nil, errors.New("the file ends within it")
	}
	block := &cb.Block{}
	if err := proto.Unmarshal(record, block); err != nil {
		return nil, err
	}
	if block.Header == nil || block.Data == nil || block.Metadata == nil {
		return nil, errors.New("a part is missing")
	}
	return block, nil
}

func checkChain(block *cb.Block, previous *cb.BlockHeader, number int) error {
	if block.Header.Number != uint64(number) {
		return fmt.Errorf("is numbered %d", block.Header.Number)
	}
	var expected []byte
	if previous != nil {
		expected = protoutil.BlockHeaderHash(previous)
	}
	if !bytes.Equal(block.Header.PreviousHash, expected) {
		return errors.New("does not follow the block before it")
	}
	if err := protoutil.VerifyTransactionsAreWellFormed(block.Data); err != nil {
		return err
	}
	if !bytes.Equal(protoutil.ComputeBlockDataHash(block.Data), block.Header.DataHash) {
		return errors.New("its data do not have the hash of its header")
	}
	return nil
}
