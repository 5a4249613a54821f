package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"tollgate/gateway"
	"tollgate/hlr/subscriber"
)

// Bytes is a size, written as 65536, 64KiB, 512MiB or 1GiB.
type Bytes int64

var byteUnits = []struct {
	name string
	size int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}, {"", 1}}

// UnmarshalText reads a size.
func (b *Bytes) UnmarshalText(text []byte) error {
	for _, u := range byteUnits {
		digits, ok := strings.CutSuffix(string(text), u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.size {
			break
		}
		*b = Bytes(n * u.size)
		return nil
	}
	return errors.New("must be a size such as 65536, 64KiB, 512MiB or 1GiB")
}

// Secret is a password or a key. It prints as (hidden); Reveal gives it away.
type Secret string

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(hidden)"
}

// GoString keeps %#v from printing it.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// MarshalText keeps encoders from printing it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue keeps it out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// KeyHash is the SHA-256 of an API key, written as sha256:HEX.
type KeyHash [sha256.Size]byte

// HashKey is what a configuration names an API key by.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// UnmarshalText reads what HashKey wrote.
func (h *KeyHash) UnmarshalText(text []byte) error {
	digits, ok := strings.CutPrefix(string(text), "sha256:")
	sum, err := hex.DecodeString(digits)
	if !ok || err != nil || len(sum) != len(h) {
		return errors.New("must be sha256: and 64 hexadecimal digits, never the key itself; print them with: printf %s KEY | sha256sum")
	}
	*h = KeyHash(sum)
	if *h == sha256.Sum256(nil) {
		return errors.New("is the hash of an empty key")
	}
	return nil
}

func parseBool(s string) (bool, error) {
	v, err := strconv.ParseBool(s)
	if err != nil {
		err = fmt.Errorf("must be true or false, not %q", s)
	}
	return v, err
}

func parseInt(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		err = fmt.Errorf("must be a whole number, not %q", s)
	}
	return n, err
}

// parseFloat takes numbers; NaN and infinity are none.
func parseFloat(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		err = fmt.Errorf("must be a number, not %q", s)
	}
	return f, err
}

func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err == nil && math.Abs(n) < 36500 {
			return time.Duration(n * 24 * float64(time.Hour)), nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, errors.New("must be a time with its unit such as 250ms, 5s, 10m, 24h or 30d")
	}
	return d, nil
}

// parseLimit reads "10/10m": at most 10 in any 10 minutes.
func parseLimit(s string) (l gateway.Limit, err error) {
	count, window, ok := strings.Cut(s, "/")
	if ok {
		l.Count, err = strconv.Atoi(strings.TrimSpace(count))
		window = strings.TrimSpace(window)
		if window != "" && strings.IndexByte("smhd", window[0]) >= 0 {
			window = "1" + window // 10/m is 10/1m
		}
		if d, bad := parseDuration(window); err == nil && bad == nil && d > 0 && l.Count > 0 {
			l.Window = d
			return l, nil
		}
	}
	return gateway.Limit{}, errors.New("must be a count and a time such as 10/10m")
}

// parsePLMN reads 26201, 262-01 or 262/01 (ITU-T E.212).
func parsePLMN(s string) (subscriber.PLMN, error) {
	digits := s
	if len(s) > 3 && (s[3] == '-' || s[3] == '/') {
		digits = s[:3] + s[4:]
	}
	if len(digits) != 5 && len(digits) != 6 || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("must be a network as MCC-MNC, such as 262-01, not %q", s)
	}
	return subscriber.PLMN(digits), nil
}
