// Command refresh fetches the data sets that Tollgate ships and compiles them.
// It is the first half of
//
//	go generate ./fraud/...
//
// and needs npm and tar; nothing else of Tollgate, and no test, does. The
// versions stand below: raise one, run the command, look at what it prints and
// at the differences of the text files, run the tests.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"tollgate/fraud"
)

// dataset is a package of the npm registry.
type dataset struct {
	npm    string
	source fraud.Source
}

// The packages, and what their licences ask for.
var (
	networks = dataset{"mcc-mnc-list", fraud.Source{
		Name: "mcc-mnc-list", Version: "1.1.11", Licence: "MIT", Attribution: "Copyright (c) 2016 P1 Security; from Wikipedia's lists of mobile network codes",
	}}
	disposable = dataset{"@ip1sms/disposable-phone-numbers", fraud.Source{
		Name: "@ip1sms/disposable-phone-numbers", Version: "2.1.802", Date: "2024-06-05", Licence: "MIT", Attribution: "Copyright (c) 2018 iP.1 Networks AB",
	}}
	countries = dataset{"@ip-location-db/asn-country", fraud.Source{
		Name: "@ip-location-db/asn-country", Version: "2.3.2026061719", Date: "2026-06-17", Licence: "CC0-1.0",
	}}
	systems = dataset{"@ip-location-db/asn", fraud.Source{
		Name: "@ip-location-db/asn", Version: "2.3.2026061719", Date: "2026-06-17", Licence: "CC-BY-4.0",
		Attribution: "IP to AS number by routeviews.org and DB-IP.com (https://db-ip.com); statistics by nro.net",
	}}
)

func main() {
	jobs := map[string]func() error{"numbering": refreshNumbering, "address": refreshAddress}
	if len(os.Args) != 2 || jobs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: refresh numbering|address, from that directory")
		os.Exit(2)
	}
	if err := jobs[os.Args[1]](); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

// fetch unpacks a package and returns its directory, which the caller removes.
func (d dataset) fetch() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "tollgate-refresh-"); err != nil {
		return "", err
	}
	pack := exec.Command("npm", "pack", "--silent", d.npm+"@"+d.source.Version)
	pack.Dir, pack.Stderr = dir, os.Stderr
	if err = pack.Run(); err == nil {
		var archives []string
		if archives, err = filepath.Glob(filepath.Join(dir, "*.tgz")); err == nil && len(archives) == 1 {
			err = exec.Command("tar", "xzf", archives[0], "-C", dir, "--strip-components=1").Run()
		}
	}
	if err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("fetching %s %s: %w", d.npm, d.source.Version, err)
	}
	return dir, nil
}
