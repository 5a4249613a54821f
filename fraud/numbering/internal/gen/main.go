// Command gen writes fraud/numbering/data/numbers.bin: every numbering plan,
// line type and original carrier that libphonenumber knows, as an automaton
// over digits.
//
// To refresh it, after a new version of github.com/nyaruka/phonenumbers in
// go.mod, or a change to data/plmn.tsv or data/carriers.tsv:
//
//	go generate ./fraud/...
//
// It reads the plans that are compiled into the module, the carriers from the
// module's folder (go list finds it) and the networks from those two files;
// nothing is downloaded. A test fails as long as the committed file is not what
// this command writes.
//
// The plans and carriers are libphonenumber's metadata (Apache License 2.0), by
// way of the port (MIT); the networks have their source in their own files.
package main

import (
	"fmt"
	"os"

	"tollgate/fraud/numbering/internal/compile"
)

// The path is seen from fraud/numbering, where go generate runs.
const tableFile = "data/numbers.bin"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	in, err := compile.Find("data")
	if err != nil {
		return err
	}
	t, err := compile.Build(in)
	if err != nil {
		return err
	}
	b := t.Append(nil)
	if err := os.WriteFile(tableFile, b, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d octets, %d + %d nodes, %d in memory; %d of %d carriers have a network\n",
		tableFile, len(b), len(t.Nodes), len(t.CarrierNodes), t.Size(), t.Networks(), len(t.Carriers)-1)
	return nil
}
