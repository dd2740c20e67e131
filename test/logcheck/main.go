// Command logcheck reads a C2SP transparency log, or a proof taken from one, with software of other people: Tessera's
// fsck and client, the cosignatures of transparency-dev/formats, and the trees of golang.org/x/mod/sumdb/tlog.
// It shares no code with the programs that keep the log.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
)

type options struct {
	log, origin, key, cosigners, authorization string
	proof, entry                               string
	agencies                                   int
}

func main() {
	var o options
	flag.StringVar(&o.log, "log", "", "address or folder of the log")
	flag.StringVar(&o.origin, "origin", "", "name of the log")
	flag.StringVar(&o.key, "key", "", "verifier key of the log")
	flag.StringVar(&o.cosigners, "cosigners", "", "verifier keys of cosigners, with commas between")
	flag.IntVar(&o.agencies, "cosigned", 0, "how many cosigners must have signed the checkpoint")
	flag.StringVar(&o.authorization, "authorization", "", "Authorization header for a log at an address")
	flag.StringVar(&o.proof, "proof", "", "a tlog-proof file to check instead of a log")
	flag.StringVar(&o.entry, "entry", "", "file with the entry that the proof is for")
	flag.Parse()
	said, err := o.run(context.Background())
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", said)
}

func (o options) run(ctx context.Context) (string, error) {
	keys, err := parseKeys(o)
	if err != nil {
		return "", err
	}
	if o.proof != "" {
		return checkProofFile(keys, o.proof, o.entry)
	}
	fetcher, err := o.fetcher()
	if err != nil {
		return "", err
	}
	return checkLog(ctx, keys, fetcher)
}

func (o options) fetcher() (fsck.Fetcher, error) {
	if !strings.HasPrefix(o.log, "http") {
		return &client.FileFetcher{Root: o.log}, nil
	}
	root, err := url.Parse(o.log)
	if err != nil {
		return nil, err
	}
	fetcher, err := client.NewHTTPFetcher(root, &http.Client{Timeout: 20 * time.Second})
	if err != nil {
		return nil, err
	}
	if o.authorization != "" {
		fetcher.SetAuthorizationHeader(o.authorization)
	}
	return fetcher, nil
}
