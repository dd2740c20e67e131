package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/tlog"
)

// checkLog has the whole log read and recomputed by Tessera, then proved leaf by leaf with tlog.
func checkLog(ctx context.Context, k keys, fetcher fsck.Fetcher) (string, error) {
	raw, err := fetcher.ReadCheckpoint(ctx)
	if err != nil {
		return "", err
	}
	tree, err := k.openCheckpoint(raw)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	if err := runFsck(ctx, k, fetcher); err != nil {
		return "", fmt.Errorf("fsck: %w", err)
	}
	if err := proveLeaves(tree, tlog.TileHashReader(tree, tiles{ctx, fetcher})); err != nil {
		return "", fmt.Errorf("tlog: %w", err)
	}
	return fmt.Sprintf("%d entries, root %s", tree.N, tree.Hash), nil
}

func leafHashes(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(entries.Entries))
	for _, each := range entries.Entries {
		hash := sha256.Sum256(append([]byte{0}, each...))
		hashes = append(hashes, hash[:])
	}
	return hashes, nil
}

// proveLeaves proves a few hundred leaves, and that the tree has grown from each of their sizes.
func proveLeaves(tree tlog.Tree, reader tlog.HashReader) error {
	step := tree.N/300 + 1
	for n := int64(0); n < tree.N; n += step {
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf[0]); err != nil {
			return err
		}
		old, err := tlog.TreeHash(n+1, reader)
		if err != nil {
			return err
		}
		growth, err := tlog.ProveTree(tree.N, n+1, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(growth, tree.N, tree.Hash, n+1, old); err != nil {
			return err
		}
	}
	return nil
}

// tiles hands the tiles of a C2SP log to tlog, which names them otherwise.
type tiles struct {
	ctx     context.Context
	fetcher fsck.Fetcher
}

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, each := range wanted {
		if each.L < 0 || each.N < 0 {
			return nil, errors.New("not a tile of hashes")
		}
		tile, err := t.fetcher.ReadTile(t.ctx, uint64(each.L), uint64(each.N), uint8(each.W)) // 256 is written 0
		if err != nil {
			return nil, err
		}
		all = append(all, tile)
	}
	return all, nil
}
