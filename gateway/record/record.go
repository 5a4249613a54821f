// Package record writes what happens as JSON Lines (DESIGN.md, section Replay)
// into sealed files, so that yesterday's traffic is tomorrow's test: sends that
// were decided, checks, receipts, what the network answered, labels that people
// gave, and each decision with its facts.
//
// Nothing waits for it. Events go over a bounded queue; what does not fit is
// dropped and counted, and a disk that fails loses lines, never sends. Within a
// second or two they are put in the order of their time and sealed, so a crash
// loses what the last seconds brought.
//
// A file is a header and chunks of AES-256-GCM under a key of the file's own
// (HKDF-SHA256 of the recorder's key and a salt), each chunk bound to its place
// and the last one marked: a file that was cut, reordered or changed does not
// pass for a whole one. The recorder's key is in a file of its own, which
// whoever replays needs, and the gateway's key ring does not open.
//
// IMSI, ICCID, IMEI and device ids are keyed pseudonyms in the files; codes and
// texts are not there at all. Numbers, addresses and accounts are, for a replay
// judges by them. Export gives all of it pseudonyms that keep shared prefixes.
package record

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Key opens and seals recordings.
type Key struct{ secret []byte }

const (
	keySize   = 32
	keyPrefix = "tollgate-record-1:"
)

// NewKey makes a fresh key.
func NewKey() *Key {
	k := &Key{secret: make([]byte, keySize)}
	rand.Read(k.secret)
	return k
}

// LoadKey reads a key file, or makes it where create is set and there is none.
func LoadKey(path string, create bool) (*Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		return makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("record: reading the key: %w", err)
	}
	if st, err := os.Stat(path); err == nil && st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("record: others can read the key file %s; chmod 600 it", path)
	}
	word, ok := strings.CutPrefix(strings.TrimSpace(string(text)), keyPrefix)
	secret, err := base64.StdEncoding.DecodeString(word)
	if !ok || err != nil || len(secret) != keySize {
		return nil, fmt.Errorf("record: %s is not the key of a recording", path)
	}
	return &Key{secret: secret}, nil
}

func makeKey(path string) (*Key, error) {
	k := NewKey()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("record: making the key file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: making the key file: %w", err)
	}
	_, err = f.WriteString(keyPrefix + base64.StdEncoding.EncodeToString(k.secret) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path)
		return nil, fmt.Errorf("record: making the key file: %w", err)
	}
	return k, nil
}

// derive makes the key of one use.
func (k *Key) derive(use string, salt []byte, size int) []byte {
	sub, err := hkdf.Key(sha256.New, k.secret, salt, "tollgate record "+use+" 1", size)
	if err != nil {
		panic("record: " + err.Error()) // sizes are constants
	}
	return sub
}

// check tells keys apart without telling anything of them.
func (k *Key) check() []byte { return k.derive("check", nil, checkSize) }

func (k *Key) aead(salt []byte) cipher.AEAD {
	block, err := aes.NewCipher(k.derive("file", salt, 32))
	if err != nil {
		panic("record: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("record: " + err.Error())
	}
	return aead
}

// hasher makes keyed pseudonyms of identifiers.
type hasher struct{ key []byte }

func (k *Key) hasher(use string) hasher { return hasher{k.derive(use, nil, 32)} }

// sum hashes a value of a kind.
func (h hasher) sum(kind, value string) [16]byte {
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte(kind))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	return [16]byte(mac.Sum(nil))
}

// name is a pseudonym in words; the empty value has none.
func (h hasher) name(kind, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%x", h.sum(kind, value))
}
