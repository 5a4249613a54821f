package account

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The example vectors that Svix publishes for the scheme that became Standard
// Webhooks: the first from its documentation ("verifying payloads manually"),
// the second from the test suites of the reference libraries.
var vectors = []struct {
	secret, id, timestamp, body, signature string
	at                                     int64
}{
	{"whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", "1731705121", `{"event_type":"ping","data":{"success":true}}`,
		"v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=", 1731705121},
	{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", `{"test": 2432232314}`,
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330},
}

func TestSignaturesMatchThePublishedVectors(t *testing.T) {
	for _, v := range vectors {
		keys, err := ParseSecrets(v.secret)
		if err != nil {
			t.Fatal(err)
		}
		if got := signatures(keys, v.id, v.timestamp, []byte(v.body)); got != v.signature {
			t.Errorf("%s: signed %s; want %s", v.id, got, v.signature)
		}
		h := http.Header{}
		h.Set("Webhook-Id", v.id)
		h.Set("Webhook-Timestamp", v.timestamp)
		h.Set("Webhook-Signature", v.signature)
		if err := Verify(v.secret, h, []byte(v.body), time.Unix(v.at, 0)); err != nil {
			t.Errorf("%s: Verify = %v", v.id, err)
		}
	}
}

func TestVerifyValues(t *testing.T) {
	v, other := vectors[0], vectors[1].secret
	now := time.Unix(v.at, 0)
	for _, c := range []struct {
		name                     string
		secrets, id, ts, sig, by string
		now                      time.Time
		want                     error
	}{
		{"as sent", v.secret, v.id, v.timestamp, v.signature, v.body, now, nil},
		{"second secret", other + " " + v.secret, v.id, v.timestamp, v.signature, v.body, now, nil},
		{"several signatures", v.secret, v.id, v.timestamp, "v1,AAAA v2,x " + v.signature, v.body, now, nil},
		{"joined by commas", v.secret, v.id, v.timestamp, "v1,AAAA, " + v.signature + ", v1,BBBB", v.body, now, nil},
		{"hook secret form", "v1," + v.secret, v.id, v.timestamp, v.signature, v.body, now, nil},
		{"five minutes old", v.secret, v.id, v.timestamp, v.signature, v.body, now.Add(tolerance), nil},
		{"too old", v.secret, v.id, v.timestamp, v.signature, v.body, now.Add(tolerance + time.Second), ErrTimestamp},
		{"from the future", v.secret, v.id, v.timestamp, v.signature, v.body, now.Add(-tolerance - time.Second), ErrTimestamp},
		{"no timestamp", v.secret, v.id, "", v.signature, v.body, now, ErrTimestamp},
		{"other secret", other, v.id, v.timestamp, v.signature, v.body, now, ErrSignature},
		{"other body", v.secret, v.id, v.timestamp, v.signature, v.body + " ", now, ErrSignature},
		{"other id", v.secret, v.id + "x", v.timestamp, v.signature, v.body, now, ErrSignature},
		{"other version", v.secret, v.id, v.timestamp, "v2" + v.signature[2:], v.body, now, ErrSignature},
		{"none", v.secret, v.id, v.timestamp, "", v.body, now, ErrSignature},
	} {
		if err := VerifyValues(c.secrets, c.id, c.ts, c.sig, []byte(c.by), c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
	}
}

func TestParseSecrets(t *testing.T) {
	for _, bad := range []string{"", "  ", "whsec_", "whsec_!!!!", "whsec_c2hvcnQ=", "whsec_plJ3nmyCDGBKInavdOK15jsl whsec_?"} {
		keys, err := ParseSecrets(bad)
		if err == nil {
			t.Errorf("ParseSecrets(%q) = %d keys", bad, len(keys))
		} else if strings.Contains(err.Error(), "!!!!") || strings.Contains(err.Error(), "plJ3") {
			t.Errorf("the error quotes the secret: %v", err)
		}
	}
	keys, err := ParseSecrets("whsec_AAAAAAAAAAAAAAAAAAAAAA== AAAAAAAAAAAAAAAAAAAAAA")
	if err != nil || len(keys) != 2 || len(keys[0]) != 16 || len(keys[1]) != 16 {
		t.Errorf("ParseSecrets = %v, %v", keys, err)
	}
}
