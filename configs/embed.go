// Package configs carries the files that ship inside the binary: the policies,
// the profiles of carriers and the sample lists. Each can be copied, changed and
// loaded from disk.
package configs

import "embed"

// FS holds policies/*.yaml, carriers/*.yaml, hlr/*.yaml and lists/*.
//
//go:embed policies/*.yaml carriers/*.yaml lists/* hlr/*.yaml
var FS embed.FS
