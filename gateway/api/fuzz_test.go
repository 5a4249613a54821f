package api

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// FuzzDecodeSend holds our reader against encoding/json: what ours takes, the
// other takes too and reads the same from it.
func FuzzDecodeSend(f *testing.F) {
	for _, s := range []string{
		goodSend, `{"to":"\ud83d\ude00","ttl_s":300,"metadata":{"a":"\u0000b"}}`, `{"to":"1","context":{"ip":"::1","asn":7,"device":{"lac":1}}}`,
		`{"to":"1","assurance":{"factor":"x","verified_at":"2026-01-01T00:00:00Z"}}`, `{"to":null}`, `{"to":"1",}`, "{\"to\":\"\xff\"}", `{"to":"1"}0`,
	} {
		f.Add([]byte(s))
	}
	type body struct {
		To        string            `json:"to"`
		Purpose   string            `json:"purpose"`
		Code      string            `json:"code"`
		TTL       int64             `json:"ttl_s"`
		Template  string            `json:"template"`
		Locale    string            `json:"locale"`
		Sender    string            `json:"sender"`
		AccountID string            `json:"account_id"`
		Callback  string            `json:"callback_url"`
		Metadata  map[string]string `json:"metadata"`
		Assurance *struct {
			Factor     string    `json:"factor"`
			VerifiedAt time.Time `json:"verified_at"`
		} `json:"assurance"`
		Context struct {
			IP        string `json:"ip"`
			DeviceID  string `json:"device_id"`
			UserAgent string `json:"user_agent"`
			JA4       string `json:"ja4"`
			ASN       uint32 `json:"asn"`
			Device    *struct {
				IMSI  string `json:"imsi"`
				ICCID string `json:"iccid"`
				IMEI  string `json:"imei"`
				LAC   uint32 `json:"lac"`
				CID   uint32 `json:"cid"`
			} `json:"device"`
		} `json:"context"`
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := decodeSend(new(sendBody), in, store.KindOTP, false)
		if err != nil {
			if r, known := classify(err); !known || r.Detail == "" {
				t.Fatalf("%q: %v is not a refusal", in, err)
			}
			return
		}
		var want body
		d := json.NewDecoder(bytes.NewReader(in))
		d.DisallowUnknownFields()
		if err := d.Decode(&want); err != nil {
			t.Fatalf("%q: we took what encoding/json refuses: %v", in, err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Fatalf("%q: we took trailing data", in)
		}
		if got.To != want.To || got.Purpose != want.Purpose || got.Code != want.Code || got.TTL != time.Duration(want.TTL)*time.Second ||
			got.Template != want.Template || got.Locale != want.Locale || got.Sender != want.Sender || got.AccountID != want.AccountID ||
			got.CallbackURL != want.Callback || len(got.Metadata) != len(want.Metadata) || (got.Assurance == nil) != (want.Assurance == nil) ||
			got.Context.IP != want.Context.IP || got.Context.DeviceID != want.Context.DeviceID || got.Context.UserAgent != want.Context.UserAgent ||
			got.Context.ASN != want.Context.ASN || (got.Context.Device == nil) != (want.Context.Device == nil) {
			t.Fatalf("%q: %+v, encoding/json read %+v", in, got, want)
		}
		for k, v := range want.Metadata {
			if got.Metadata[k] != v {
				t.Fatalf("%q: metadata %q = %q, want %q", in, k, got.Metadata[k], v)
			}
		}
	})
}

// FuzzAppendString holds our string encoder against encoding/json's decoder.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "q\"b\\s/", "\x00\x1f\n\r\t", "äß😀\u2028", "bad\xffutf\xc3", "\xed\xa0\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := appendString(nil, s)
		var got string
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q -> %s: %v", s, b, err)
		}
		if want := string([]rune(s)); got != want { // []rune turns bad octets into U+FFFD
			t.Fatalf("%q -> %s -> %q, want %q", s, b, got, want)
		}
	})
}
