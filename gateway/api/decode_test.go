package api

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

func TestDecodeSendAll(t *testing.T) {
	got, err := decodeSend(new(sendBody), []byte(`
	{ "to": "+49 170 1234567", "purpose":"withdrawal", "code":"004711", "ttl_s":30, "template":"login.v2", "locale":"pt-BR",
	  "sender":"ACME Bank", "account_id":"ü-1", "callback_url":"https://a.example/cb?x=1", "metadata":{"k":"v\n\u00e4\ud83d\ude00","e":""},
	  "assurance":{"factor":"totp","verified_at":"2026-03-04T12:00:00+01:00"},
	  "context":{"ip":"2001:db8::1","device_id":"d","user_agent":"UA/1 (x)","ja4":"t13d1516h2_8daaf6152771_b186095e22b6","asn":64512,
	    "device":{"imsi":"262011234567890","iccid":"8949020000012345678","imei":"490154203237518","lac":4294967295,"cid":0}} }
	`), store.KindOTP, false)
	if err != nil {
		t.Fatal(err)
	}
	want := &gateway.SendRequest{
		Kind: store.KindOTP, To: "+49 170 1234567", Purpose: "withdrawal", Code: "004711", TTL: 30 * time.Second,
		Template: "login.v2", Locale: "pt-BR", Sender: "ACME Bank", AccountID: "ü-1", CallbackURL: "https://a.example/cb?x=1",
		Metadata:  map[string]string{"k": "v\nä😀", "e": ""},
		Assurance: &gateway.Assurance{Factor: "totp", VerifiedAt: got.Assurance.VerifiedAt},
		Context: gateway.ClientContext{IP: "2001:db8::1", DeviceID: "d", UserAgent: "UA/1 (x)", JA4: "t13d1516h2_8daaf6152771_b186095e22b6", ASN: 64512,
			Device: &subscriber.Identity{IMSI: "262011234567890", ICCID: "8949020000012345678", IMEI: "490154203237518", LAC: 4294967295}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if at := time.Date(2026, 3, 4, 11, 0, 0, 0, time.UTC); !got.Assurance.VerifiedAt.Equal(at) {
		t.Errorf("verified_at %v", got.Assurance.VerifiedAt)
	}
}

func TestDecodeSendAccepts(t *testing.T) {
	for _, body := range []string{
		`{"to":"1"}`, `{"to":"1","code":null,"context":null,"metadata":null}`, `{"to":"1","context":{},"metadata":{}}`,
		`{"to":"1","context":{"ip":"","device_id":"","device":{"imsi":""}}}`, `{"to":"1","ttl_s":1800}`,
		`{"to":"1","sender":"+491701234567"}`, `{"to":"1","sender":"12345"}`, `{"to":"\u0031"}`, "{\"to\":\"1\"}\n\t ",
		`{"to":"1","context":{"ip":"::ffff:192.0.2.1"}}`, `{"to":"1","locale":"zh-Hant-TW"}`, `{"to":"1","locale":"de_AT"}`,
	} {
		if _, err := decodeSend(new(sendBody), []byte(body), store.KindOTP, false); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestDecodeSendRefuses holds the field and a part of the detail of each refusal.
func TestDecodeSendRefuses(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	keys := `"k0":""`
	for i := 1; i <= maxMetadataKeys; i++ {
		keys += `,"k` + string(rune('a'+i)) + `":""`
	}
	for _, c := range []struct{ body, field, detail string }{
		{``, "", "must be an object, not the end (line 1, column 1)"},
		{`[]`, "", "must be an object, not an array"},
		{`null`, "", "must be an object, not null"},
		{`not json`, "", "the body is not JSON (line 1, column 1)"},
		{`nul`, "", "the body is not JSON"},
		{`hello`, "", "the body is not JSON"},
		{`{"to":nobody}`, "to", "is not JSON (line 1, column 7)"},
		{`{"to":}`, "to", "is not JSON"},
		{`{"to":"1","ttl_s":x}`, "ttl_s", "is not JSON"},
		{`{"to":"1" nothing}`, "", "found 'n'"},
		{`{`, "", "expected a field name in quotes, found the end"},
		{`{}`, "to", "is required"},
		{`{"to":""}`, "to", "is required"},
		{`{"to":null}`, "to", "is required"},
		{`{"to":491701234567}`, "to", "must be a string, not a number (line 1, column 7)"},
		{"{\n \"to\": true}", "to", "must be a string, not a boolean (line 2, column 8)"},
		{`{"to":"1",}`, "", "found '}'"},
		{`{"to":"1"}}`, "", "the body goes on after the end of the JSON object"},
		{`{"to":"1"} {}`, "", "the body goes on after the end of the JSON object"},
		{`{"to":"1" "code":"1234"}`, "", "expected a comma or '}', found a string"},
		{`{"to" "1"}`, "", "expected a colon"},
		{`{'to':"1"}`, "", "expected a field name in quotes"},
		{`{"to":"1","To":"1"}`, "To", "is not a field of this request (line 1, column 11)"},
		{`{"to":"1","to":"1"}`, "to", "stands here twice"},
		{`{"to":"1","text":"hello"}`, "text", "is not a field of this request"},
		{`{"to":"1","context":{"IP":"1"}}`, "context.IP", "is not a field"},
		{`{"to":"1","context":{"device":{"imsi":"x"}}}`, "context.device.imsi", "6 to 15 digits"},
		{`{"to":"1","context":{"device":[]}}`, "context.device", "must be an object, not an array"},
		{`{"to":"1","context":{"device":{"lac":1,"lac":1}}}`, "context.device.lac", "stands here twice"},
		{`{"to":"1","context":{"device":{"lac":4294967296}}}`, "context.device.lac", "from 0 to 4294967295"},
		{`{"to":"1","context":{"device":{"cid":-1}}}`, "context.device.cid", "from 0 to"},
		{`{"to":"1","context":{"device":{"cid":"1"}}}`, "context.device.cid", "must be a number, not a string"},
		{`{"to":"1","context":{"device":{"iccid":"123"}}}`, "context.device.iccid", "18 to 20 digits"},
		{`{"to":"1","context":{"device":{"imei":"123"}}}`, "context.device.imei", "14 to 16 digits"},
		{`{"to":"1","context":{"ip":"1.2.3"}}`, "context.ip", "IPv4 or IPv6"},
		{`{"to":"1","context":{"ip":"fe80::1%eth0"}}`, "context.ip", "IPv4 or IPv6"},
		{`{"to":"1","context":{"asn":1.5}}`, "context.asn", "whole number"},
		{`{"to":"1","context":{"ja4":"a b"}}`, "context.ja4", "JA4"},
		{`{"to":"1","context":{"user_agent":"` + long(2049) + `"}}`, "context.user_agent", "at most 2048"},
		{`{"to":"1","context":{"device_id":"a\u0000"}}`, "context.device_id", "without control"},
		{`{"to":"1","ttl_s":29}`, "ttl_s", "from 30 to 1800"},
		{`{"to":"1","ttl_s":1801}`, "ttl_s", "from 30 to 1800"},
		{`{"to":"1","ttl_s":0}`, "ttl_s", "from 30 to 1800"},
		{`{"to":"1","ttl_s":-300}`, "ttl_s", "from 30 to 1800"},
		{`{"to":"1","ttl_s":300.5}`, "ttl_s", "whole number"},
		{`{"to":"1","ttl_s":3e2}`, "ttl_s", "whole number"},
		{`{"to":"1","ttl_s":0300}`, "ttl_s", "leading zeros"},
		{`{"to":"1","ttl_s":"300"}`, "ttl_s", "must be a number, not a string"},
		{`{"to":"1","ttl_s":99999999999999999999}`, "ttl_s", "from 30 to 1800"},
		{`{"to":"1","code":"123"}`, "code", "4 to 10 digits"},
		{`{"to":"1","code":"12345678901"}`, "code", "4 to 10 digits"},
		{`{"to":"1","code":"12a4"}`, "code", "4 to 10 digits"},
		{`{"to":"1","code":""}`, "code", "4 to 10 digits"},
		{`{"to":"1","code":1234}`, "code", "must be a string, not a number"},
		{`{"to":"1","purpose":"Login"}`, "purpose", "1 to 32"},
		{`{"to":"1","purpose":"1login"}`, "purpose", "1 to 32"},
		{`{"to":"1","purpose":""}`, "purpose", "1 to 32"},
		{`{"to":"1","purpose":"` + long(33) + `"}`, "purpose", "1 to 32"},
		{`{"to":"1","template":"a b"}`, "template", "1 to 64"},
		{`{"to":"1","locale":"german language"}`, "locale", "language tag"},
		{`{"to":"1","locale":"-de"}`, "locale", "language tag"},
		{`{"to":"1","sender":"TwelveLetter"}`, "sender", "3 to 15 digits"},
		{`{"to":"1","sender":"1234567890123456"}`, "sender", "3 to 15 digits"},
		{`{"to":"1","sender":"Ümlaut"}`, "sender", "3 to 15 digits"},
		{`{"to":"1","account_id":"` + long(129) + `"}`, "account_id", "1 to 128"},
		{`{"to":"1","callback_url":"http://a.example"}`, "callback_url", "https"},
		{`{"to":"1","callback_url":"/cb"}`, "callback_url", "https"},
		{`{"to":"1","callback_url":"https://u:p@a.example"}`, "callback_url", "credentials"},
		{`{"to":"1","metadata":{"k":1}}`, "metadata.k", "must be a string, not a number"},
		{`{"to":"1","metadata":{"k":"a","k":"b"}}`, "metadata.k", "twice"},
		{`{"to":"1","metadata":{"":"a"}}`, "metadata", "1 to 64"},
		{`{"to":"1","metadata":{"` + long(65) + `":"a"}}`, "metadata", "1 to 64"},
		{`{"to":"1","metadata":{"k":"` + long(257) + `"}}`, "metadata.k", "longer than 256"},
		{`{"to":"1","metadata":{` + keys + `}}`, "metadata", "more than 20 keys"},
		{`{"to":"1","metadata":{"k":"v",}}`, "metadata", "expected a field name"},
		{`{"to":"1","metadata":[]}`, "metadata", "must be an object of strings"},
		{`{"to":"1","assurance":{"factor":"totp"}}`, "assurance", "needs both"},
		{`{"to":"1","assurance":{"factor":"","verified_at":"2026-03-04T12:00:00Z"}}`, "assurance.factor", "1 to 64"},
		{`{"to":"1","assurance":{"factor":"totp","verified_at":"yesterday"}}`, "assurance.verified_at", "RFC 3339"},
		{"{\"to\":\"\xff\"}", "to", "not UTF-8"},
		{"{\"to\":\"\\n\xff\"}", "to", "not UTF-8"},
		{"{\"to\":\"a\nb\"}", "to", "control character"},
		{"{\"to\":\"\\t\nb\"}", "to", "control character"},
		{`{"to":"\x"}`, "to", "escape that JSON does not know"},
		{`{"to":"\ud800"}`, "to", "no character"},
		{`{"to":"\udc00\ud800"}`, "to", "no character"},
		{`{"to":"\u12g4"}`, "to", "no character"},
		{`{"to":"`, "to", "closing quote"},
		{`{"to":"\`, "to", "closing quote"},
		{`{"to":"\n`, "to", "closing quote"},
		{"{\"\x01\":1}", "", "control character"},
	} {
		_, err := decodeSend(new(sendBody), []byte(c.body), store.KindOTP, false)
		var r *gateway.Refusal
		if !errors.As(err, &r) || r.Code != gateway.CodeInvalidRequest || r.Field != c.field || !strings.Contains(r.Detail, c.detail) {
			t.Errorf("%.80s: %v\nwant field %q, detail %q", c.body, err, c.field, c.detail)
		}
	}
}

func TestDecodeSendTooLongNumber(t *testing.T) {
	_, err := decodeSend(new(sendBody), []byte(`{"to":"`+strings.Repeat("1", 65)+`"}`), store.KindOTP, false)
	if r, _ := classify(err); r.Code != gateway.CodeInvalidNumber {
		t.Errorf("a number of 65 digits: %v", err)
	}
}

func TestDecodeText(t *testing.T) {
	got, err := decodeSend(new(sendBody), []byte(`{"to":"1","text":"a\tb","ttl_s":86400,"callback_url":"http://127.0.0.1:1/cb"}`), store.KindText, true)
	if err != nil || got.Kind != store.KindText || got.Text != "a\tb" || got.TTL != 24*time.Hour {
		t.Errorf("%+v, %v", got, err)
	}
	for body, field := range map[string]string{
		`{"to":"1"}`: "text", `{"to":"1","text":""}`: "text", `{"text":"x"}`: "to", `{"to":"1","text":"x","code":"1234"}`: "code",
	} {
		_, err := decodeSend(new(sendBody), []byte(body), store.KindText, false)
		if r, _ := classify(err); r.Code != gateway.CodeInvalidRequest || r.Field != field {
			t.Errorf("%s: %v, want field %s", body, err, field)
		}
	}
}

func TestDecodeCheck(t *testing.T) {
	id := "otp_" + testID.String()
	got, err := decodeCheck([]byte(`{"id":"` + id + `","code":"123456","context":{"ip":"192.0.2.1"}}`))
	if err != nil || got.ID != testID || got.Code != "123456" || got.Context.IP != "192.0.2.1" {
		t.Errorf("%+v, %v", got, err)
	}
	for body, code := range map[string]gateway.Code{
		`{"code":"123456"}`:                                                  gateway.CodeInvalidRequest,
		`{"id":"` + id + `"}`:                                                gateway.CodeInvalidRequest,
		`{"id":"` + id + `","code":"12 34"}`:                                 gateway.CodeInvalidRequest,
		`{"id":7,"code":"123456"}`:                                           gateway.CodeInvalidRequest,
		`{"id":"nope","code":"123456"}`:                                      gateway.CodeNotFound,
		`{"id":"msg_` + testID.String() + `","code":"123456"}`:               gateway.CodeNotFound,
		`{"id":"otp_` + strings.Repeat("~", 26) + `","code":"123456"}`:       gateway.CodeNotFound,
		`{"id":"` + strings.ToUpper("otp_"+testID.String()) + `","code":""}`: gateway.CodeInvalidRequest,
	} {
		_, err := decodeCheck([]byte(body))
		if r, _ := classify(err); r.Code != code {
			t.Errorf("%s: %v, want %s", body, err, code)
		}
	}
}
