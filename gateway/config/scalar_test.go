package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tollgate/gateway"
	"tollgate/hlr/subscriber"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	c := Default()
	c.Ops.Token = "geheim"
	c.Carriers = []Carrier{{Password: "geheim"}}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "token", c.Ops.Token)
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", *c), fmt.Sprintf("%q", c.Ops.Token), log.String(), string(text)} {
		if strings.Contains(s, "geheim") {
			t.Errorf("printed: %s", s)
		}
	}
	if c.Ops.Token.Reveal() != "geheim" || Secret("").String() != "" {
		t.Error("Reveal and the empty secret")
	}
}

func TestScalars(t *testing.T) {
	for s, want := range map[string]Bytes{"0": 0, "65536": 65536, "1 KiB": 1024, "2MiB": 2 << 20, "3GiB": 3 << 30, "1TiB": 1 << 40, "7B": 7, "1kb": -1, "-1": -1, "": -1, "9999999TiB": -1, "1.5MiB": -1} {
		var b Bytes
		if err := b.UnmarshalText([]byte(s)); (err == nil) != (want >= 0) || err == nil && b != want {
			t.Errorf("Bytes(%q) = %d, %v", s, b, err)
		}
	}
	for s, want := range map[string]time.Duration{"250ms": 250 * time.Millisecond, "30d": 720 * time.Hour, "0.5d": 12 * time.Hour, "0": 0, "5": -1, "d": -1, "1e9d": -1} {
		if d, err := parseDuration(s); (err == nil) != (want >= 0) || err == nil && d != want {
			t.Errorf("duration %q = %v, %v", s, d, err)
		}
	}
	for s, want := range map[string]gateway.Limit{
		"10/10m": {Count: 10, Window: 10 * time.Minute}, "3 / h": {Count: 3, Window: time.Hour}, "1/d": {Count: 1, Window: 24 * time.Hour},
		"10": {}, "0/h": {}, "-1/h": {}, "1/0s": {}, "1/": {}, "/h": {}, "x/h": {},
	} {
		if l, err := parseLimit(s); (err == nil) != (want.Count > 0) || l != want {
			t.Errorf("limit %q = %v, %v", s, l, err)
		}
	}
	for s, want := range map[string]subscriber.PLMN{"262-01": "26201", "26201": "26201", "310/410": "310410", "2620": "", "262-1": "", "262-0100": "", "abc-de": "", "": ""} {
		if p, err := parsePLMN(s); (err == nil) != (want != "") || p != want {
			t.Errorf("network %q = %v, %v", s, p, err)
		}
	}
}

func TestKeyHash(t *testing.T) {
	var h KeyHash
	if err := h.UnmarshalText([]byte(HashKey("abc"))); err != nil || !strings.HasPrefix(HashKey("abc"), "sha256:ba7816bf8f01cfea") { // FIPS 180-2 B.1
		t.Errorf("%x, %v", h, err)
	}
	for _, s := range []string{"abc", HashKey("abc")[7:], HashKey("abc") + "00", "sha256:" + strings.Repeat("z", 64), HashKey("")} {
		if err := h.UnmarshalText([]byte(s)); err == nil || strings.Contains(err.Error(), "abc") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"listen", "timeout", "tps", "window"}
	for word, want := range map[string]string{
		"lsiten": "listen?", "Listen": "listen?", "timeot": "timeout?", "tp": "tps?", "widnow": "window?", "zzz": "known here: listen, timeout, tps, window", "": "known here",
	} {
		if got := didYouMean(word, known); !strings.Contains(got, want) {
			t.Errorf("%q%s, want %s", word, got, want)
		}
	}
}
