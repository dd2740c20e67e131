package main

import (
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// keys is whom the reader trusts.
type keys struct {
	origin    string
	log       note.Verifier
	cosigners []note.Verifier
	enough    int
}

func parseKeys(o options) (keys, error) {
	verifier, err := note.NewVerifier(o.key)
	if err != nil {
		return keys{}, fmt.Errorf("key of the log: %w", err)
	}
	k := keys{origin: o.origin, log: verifier, enough: o.agencies}
	for _, each := range strings.FieldsFunc(o.cosigners, func(r rune) bool { return r == ',' }) {
		cosigner, err := fnote.NewVerifierForCosignatureV1(each)
		if err != nil {
			return keys{}, fmt.Errorf("key of a cosigner: %w", err)
		}
		k.cosigners = append(k.cosigners, cosigner)
	}
	return k, nil
}

// openCheckpoint checks the signatures of log and cosigners, and reads the tree with both libraries.
func (k keys) openCheckpoint(raw []byte) (tlog.Tree, error) {
	checkpoint, _, opened, err := log.ParseCheckpoint(raw, k.origin, k.log, k.cosigners...)
	if err != nil {
		return tlog.Tree{}, err
	}
	if cosigned := len(opened.Sigs) - 1; cosigned < k.enough {
		return tlog.Tree{}, fmt.Errorf("cosigned by %d of %d", cosigned, k.enough)
	}
	tree := tlog.Tree{N: int64(checkpoint.Size)}
	copy(tree.Hash[:], checkpoint.Hash)
	return tree, nil
}
