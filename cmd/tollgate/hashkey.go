package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"tollgate/gateway/config"
)

var hashKeyCommand = &command{
	name:     "hash-key",
	short:    "make an API key, or hash one from standard input, for tenants[].keys",
	long:     "Without flags a new key is drawn and printed with its hash. With --stdin the key\nis one line of standard input, so that it never stands in a process list.",
	examples: []string{"tollgate hash-key", "tollgate hash-key --stdin < key.txt"},
	run: func(_ context.Context, c *cli) error {
		stdin := c.Bool("stdin", false, "hash the key on standard input")
		if err := c.parse(); err != nil {
			return err
		}
		if *stdin {
			line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
			key := strings.TrimSpace(line)
			if key == "" {
				return usagef("standard input holds no key")
			}
			fmt.Fprintln(c.out, config.HashKey(key))
			return nil
		}
		var raw [32]byte
		if _, err := rand.Read(raw[:]); err != nil {
			return err
		}
		key := base64.RawURLEncoding.EncodeToString(raw[:])
		fmt.Fprintf(c.out, "key:  %s\nhash: %s\n", key, config.HashKey(key))
		return nil
	},
}
