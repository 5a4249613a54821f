// Package configs carries the files that ship inside the binary: the policies,
// the profiles of carriers and the mappings of vendors. Each can be copied, changed and
// loaded from disk.
package configs

import "embed"

// FS holds policies/*.yaml (policies/baselines are what these are measured against), carriers/*.yaml, hlr/*.yaml and prices.csv.
//
//go:embed policies/*.yaml policies/baselines/*.yaml carriers/*.yaml hlr/*.yaml prices.csv
var FS embed.FS
