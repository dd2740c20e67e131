package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/transparency-dev/tessera/fsck"
)

// runFsck has Tessera read every bundle and tile. Its Check never returns once all of its workers have found something
// wrong (transparency-dev/tessera issue 1098), so what it has found so far is asked for beside it.
func runFsck(ctx context.Context, k keys, log fsck.Fetcher) error {
	watched := &watchedFetcher{Fetcher: log, begun: make(chan struct{})}
	check := fsck.New(k.origin, k.log, watched, leafHashes, fsck.Opts{N: 2})
	done := make(chan error, 1)
	go func() { done <- check.Check(ctx) }()
	select {
	case err := <-done:
		return err
	case <-watched.begun: // before this its status cannot be asked for
	}
	for {
		select {
		case err := <-done:
			return err
		case <-time.After(50 * time.Millisecond):
			if err := findFault(check.Status()); err != nil {
				return err
			}
		}
	}
}

func findFault(status fsck.Status) error {
	for level, ranges := range status.TileRanges {
		for _, each := range ranges {
			if each.State == fsck.Invalid || each.State == fsck.FetchError {
				return fmt.Errorf("tiles of level %d: %s", level, each.String())
			}
		}
	}
	return nil
}

// watchedFetcher tells when the first bundle is asked for.
type watchedFetcher struct {
	fsck.Fetcher
	once  sync.Once
	begun chan struct{}
}

func (w *watchedFetcher) ReadEntryBundle(ctx context.Context, i uint64, p uint8) ([]byte, error) {
	w.once.Do(func() { close(w.begun) })
	return w.Fetcher.ReadEntryBundle(ctx, i, p)
}
