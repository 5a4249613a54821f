// Package configs carries the files that ship inside the binary: the policies
// and the sample lists. Each can be copied, changed and loaded from disk.
package configs

import "embed"

// FS holds policies/*.yaml and lists/*.
//
//go:embed policies/*.yaml lists/*
var FS embed.FS
