package replay

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func decodeLine(t testing.TB, line string) (Event, *decoder) {
	t.Helper()
	d, e := &decoder{}, Event{}
	if err := d.decode([]byte(line), &e); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return e, d
}

func TestDecodeSend(t *testing.T) {
	e, d := decodeLine(t, ` {"at":"2026-01-31T08:00:00.25Z","event":"send","id":"s\u00e9\"1","to":"+4915112345678","tenant":"shop",
		"purpose":"login","account_id":17,"label":"pump:7","nobody":[{"knows":[1,2.5e-3,"\ud83d\ude00",null,true]},{}],
		"context":{"ip":"192.0.2.7","device_id":"d1","user_agent":"x","ja4":"t13d","asn":64500,"later":{"x":1},
			"device":{"imsi":"262011234567890","iccid":"8949","imei":"35","lac":17,"cid":4294967295,"more":0}},
		"assurance":{"factor":"totp","verified_at":"2026-01-31T07:59:00+01:00"}} `)
	for _, v := range []struct {
		what string
		got  any
		want any
	}{
		{"kind", e.Kind, SendEvent}, {"id", string(e.ID), `sé"1`}, {"to", string(e.To), "+4915112345678"}, {"tenant", string(e.Tenant), "shop"},
		{"at", e.At, time.Date(2026, 1, 31, 8, 0, 0, 25e7, time.UTC)}, {"account", string(e.Account), "17"}, {"label", string(e.Label), "pump:7"},
		{"purpose", string(e.Purpose), "login"},
		{"ip", string(e.Context.IP), "192.0.2.7"}, {"device", string(e.Context.Device), "d1"}, {"agent", string(e.Context.Agent), "x"},
		{"ja4", string(e.Context.JA4), "t13d"}, {"asn", e.Context.ASN, uint32(64500)}, {"claim", e.Context.HasClaim, true},
		{"claimed imsi", string(e.Context.Claim.IMSI), "262011234567890"}, {"claimed iccid", string(e.Context.Claim.ICCID), "8949"},
		{"claimed imei", string(e.Context.Claim.IMEI), "35"}, {"claimed lac", e.Context.Claim.LAC, uint32(17)},
		{"claimed cid", e.Context.Claim.CID, uint32(1<<32 - 1)}, {"factor", string(e.Factor), "totp"},
		{"verified at", e.VerifiedAt, time.Date(2026, 1, 31, 6, 59, 0, 0, time.UTC)}, {"ignored", d.ignored, int64(0)},
	} {
		if v.got != v.want {
			t.Errorf("%s: %v, want %v", v.what, v.got, v.want)
		}
	}
}

func TestDecodeIdentity(t *testing.T) {
	e, d := decodeLine(t, `{"at":"2026-01-31T08:00:00Z","event":"identity","to":"+49","imsi":"26201","iccid":"89","imei":"35","vlr":"491",
		"mccmnc":26201,"home_mccmnc":"26202","line_type":"voip","lac":0,"cid":5,"ported":true,"ported_at":"2026-01-30T00:00:00Z",
		"recycled_at":"2026-01-29","roaming":false,"reachable":true,"call_forwarding":"true","absent":false}`)
	r := &e.Record
	got := []any{string(r.IMSI), string(r.ICCID), string(r.IMEI), string(r.VLR), string(r.PLMN), string(r.Home), string(r.LineType), r.LAC, r.CID, r.Place,
		r.Ported, r.PortedAt.Day(), r.RecycledAt.Day(), r.Roaming, r.Reachable, r.Forwarding, r.Absent, d.ignored}
	want := []any{"26201", "89", "35", "491", "26201", "26202", "voip", uint32(0), uint32(5), true,
		Yes, 30, 29, No, Yes, Yes, false, int64(0)}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("value %d: %v, want %v", i, got[i], want[i])
		}
	}
	e, _ = decodeLine(t, `{"at":"2026-01-31T08:00:00Z","event":"identity","to":"+49","absent":true}`)
	if !e.Record.Absent || e.Record.Place || e.Record.Reachable != NotTold || len(e.Record.IMSI) > 0 {
		t.Errorf("absent: %+v", e.Record)
	}
}

// What is of no use is passed and counted; what decides which event it is, or
// whose, is not.
func TestDecodeTolerates(t *testing.T) {
	const head = `{"at":"2026-01-31T08:00:00Z","event":"send","id":"a","to":"+49",`
	for line, ignored := range map[string]int64{
		head + `"context":{"asn":-1}}`:                                  1,
		head + `"context":{"asn":4294967296}}`:                          1,
		head + `"context":{"asn":1.5}}`:                                 1,
		head + `"context":{"asn":1e3}}`:                                 0,
		head + `"context":{"asn":"AS64500"}}`:                           0,
		head + `"context":{"asn":99999999999999999999999}}`:             1,
		head + `"context":[1,2]}`:                                       1,
		head + `"context":"here"}`:                                      1,
		head + `"context":null,"label":null}`:                           0,
		head + `"context":{"device":"none"}}`:                           1,
		head + `"label":{"kind":"pump"}}`:                               1,
		head + `"tenant":true}`:                                         1,
		head + `"assurance":{"verified_at":"yesterday"}}`:               1,
		head + `"event":"send"}`:                                        0, // a key twice: the later counts
		`{"at":"2026-01-31T08:00:00Z","event":"coffee"}`:                0,
		`{"at":"2026-01-31T08:00:00Z","event":"send"}`:                  0, // refused, for its number is none
		`{"at":"2026-01-31T08:00:00Z","event":"send","id":7,"to":4915}`: 0,
		`{"at":"2026-01-31T08:00:00Z","event":"identity","to":"1","roaming":"perhaps","ported_at":17}`: 2,
	} {
		if _, d := decodeLine(t, line); d.ignored != ignored {
			t.Errorf("%s: %d values ignored, want %d", line, d.ignored, ignored)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`[]`:                            "no JSON object",
		`"text"`:                        "no JSON object",
		`{"at":"2026-01-31T08:00:00Z"`:  "ends in the middle",
		`{"at":"2026-01-31T08:00:00Z"}`: `"event" is missing`,
		`{"at":"2026-01-31T08:00:00Z","event":"check","id":"a"}`:       `"result" is missing`,
		`{"at":"2026-01-31T08:00:00Z","event":"receipt","result":"x"}`: `"id" is missing`,
		`{"at":"2026-01-31T08:00:00Z","event":"identity"}`:             `"to" is missing`,
		`{"at":"2026-01-31T08:00:00Z","event":"send"} {}`:              "something stands behind",
		`{"at":"2026-01-31T08:00:00Z","event":"send",}`:                "a key in quotes",
		`{"at" "2026"}`:                    "a colon",
		`{"at":"2026" "event":1}`:          "a comma or }",
		`{"x":[1 2]}`:                      "a comma or ]",
		`{"x":01}`:                         "no JSON value",
		`{"x":1.}`:                         "without digits behind its point",
		`{"x":1e}`:                         "in its exponent",
		`{"x":-}`:                          "no JSON value",
		`{"x":nul}`:                        "no JSON value",
		`{"x":NaN}`:                        "no JSON value",
		`{"x":"\q"}`:                       "unknown escape",
		`{"x":"\u12g4"}`:                   "four hexadecimal digits",
		"{\"x\":\"a\tb\"}":                 "control character",
		"{\"x\":\"\\n\tb\"}":               "control character",
		`{"x":"cut`:                        "ends in the middle",
		`{"x":"cut\`:                       "ends in the middle",
		`{"x":"cut\u00`:                    "ends in the middle",
		strings.Repeat(`{"x":`, 300):       "nested too deeply",
		strings.Repeat(`[`, 300):           "no JSON object",
		`{"x":` + strings.Repeat(`[`, 300): "nested too deeply",
	} {
		d, e := &decoder{}, Event{}
		err := d.decode([]byte(line), &e)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}

// RFC 3339 §5.6: T and Z may be small, a space may stand for T, and a leap
// second is at the end of a day in UTC.
func TestRareTimes(t *testing.T) {
	for s, want := range map[string]string{
		"2026-01-31t08:00:00z": "2026-01-31T08:00:00Z", "2026-01-31 08:00:00Z": "2026-01-31T08:00:00Z", "2026-01-31 08:00:00.5z": "2026-01-31T08:00:00.5Z",
		"2026-01-31t08:00:00+02:00": "2026-01-31T06:00:00Z", "2026-01-31 08:00:00-00:30": "2026-01-31T08:30:00Z",
		"2016-12-31T23:59:60Z": "2016-12-31T23:59:59.999999999Z", "2016-12-31 23:59:60.7z": "2016-12-31T23:59:59.999999999Z",
		"1990-12-31T15:59:60-08:00": "1990-12-31T23:59:59.999999999Z",
		"2026-01-31T08:00:60Z":      "", "2026-01-31T08:59:60Z": "", "2026-01-31T23:59:61Z": "", "2026-01-31_08:00:00Z": "", "2026-01-31t08:00:00": "",
		"2026-01-31T08:00:00." + strings.Repeat("1", 60) + "+01:00": "",
	} {
		got, ok := parseTime([]byte(s))
		if text := got.Format(time.RFC3339Nano); ok != (want != "") || ok && text != want {
			t.Errorf("%q became %s, %v; want %q", s, text, ok, want)
		}
	}
}

// A line without a time of use is an event all the same.
func TestDecodeWithoutATime(t *testing.T) {
	for at, undated := range map[string]bool{
		``: true, `"at":1769846400,`: true, `"at":"2026-02-30T08:00:00Z",`: true, `"at":"2026-01-31T24:00:00Z",`: true, `"at":"2026-01-31",`: true,
		`"at":"2026-01-31T08:00:60Z",`: true, `"at":"2026-01-31T08:00:00Z","at":"x",`: true,
		`"at":"2026-01-31T08:00:00Z",`: false, `"at":"x","at":"2026-01-31t08:00:00z",`: false,
	} {
		if e, _ := decodeLine(t, `{`+at+`"event":"send","id":"a"}`); e.Undated != undated || undated && !e.At.IsZero() {
			t.Errorf("%s: undated %v, %v", at, e.Undated, e.At)
		}
	}
}

func TestDecodeEscapes(t *testing.T) {
	for _, text := range []string{"", "plain", "\"\\/\b\f\n\r\t", "é \u2028 😀", "a\x00b\x1f"} {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := decodeLine(t, `{"at":"2026-01-31T08:00:00Z","event":"send","label":`+string(quoted)+`,"tenant":"after"}`)
		if string(e.Label) != text || string(e.Tenant) != "after" {
			t.Errorf("%s became %q, %q", quoted, e.Label, e.Tenant)
		}
	}
	e, _ := decodeLine(t, `{"at":"2026-01-31T08:00:00Z","event":"send","label":"\ud83dx\ud83d\u0041\/"}`)
	if string(e.Label) != "\ufffdx\ufffdA/" {
		t.Errorf("halves of pairs became %q", e.Label)
	}
}

func TestTimesAreThoseOfTheStandardLibrary(t *testing.T) {
	for _, s := range []string{
		"2026-01-31T08:00:00Z", "2024-02-29T23:59:59.999999999Z", "2023-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59.5Z", "2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-31T08:60:00Z", "2026-01-31T08:00:60Z", "2026-01-31T08:00:00.Z", "2026-01-31T08:00:00.1234567891Z",
		"2026-01-31T08:00:00+05:30", "2026-01-31T08:00:00-00:00", "2026-1-31T08:00:00Z", "2026-01-31T08:00:00", "", "Z", "202x-01-31T08:00:00Z",
	} {
		want, err := time.Parse(time.RFC3339Nano, s)
		got, ok := parseTime([]byte(s))
		if ok != (err == nil) || ok && !got.Equal(want) {
			t.Errorf("%q: %v, %v; the library says %v, %v", s, got, ok, want, err)
		}
	}
	for day := range 200_000 { // some five centuries
		want := time.Date(1700, 1, 1+day, 12, 0, 0, 0, time.UTC)
		if got, ok := parseTime([]byte(want.Format(time.RFC3339))); !ok || !got.Equal(want) {
			t.Fatalf("%v became %v, %v", want, got, ok)
		}
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	line := []byte(`{"at":"2026-01-31T08:00:00.25Z","event":"send","id":"s1","to":"+4915112345678","tenant":"shop","context":{"ip":"192.0.2.7","asn":64500},"label":"legit","x":[1,{"y":2}]}`)
	d, e := &decoder{}, Event{}
	if n := testing.AllocsPerRun(100, func() {
		if err := d.decode(line, &e); err != nil {
			t.Fatal(err)
		}
	}); n > 2 { // of what is skipped
		t.Errorf("%g allocations a line", n)
	}
}

// FuzzDecode: what is taken is JSON, and what is JSON and an event is taken.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"at":"2026-01-31T08:00:00Z","event":"send","id":"a","to":"+49","context":{"asn":1,"device":{"lac":2}},"label":"x:y"}`,
		`{"at":"2026-01-31T08:00:00Z","event":"identity","to":"+49","absent":true,"lac":1e2,"x":[[],{}, "\u00e9\ud83d\ude00"]}`,
		`{"at":"2026-01-31T08:00:00.5+01:00","event":"check","id":"a","result":"approved"}`, `{`, `{"x":"\`, `{"x":-0.0e+1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		d, e := &decoder{}, Event{}
		err := d.decode(line, &e)
		if err == nil && !json.Valid(line) {
			t.Errorf("%q is no JSON and was taken", line)
		}
		if err == nil || !json.Valid(line) {
			return
		}
		if s := err.Error(); !strings.Contains(s, "missing") && !strings.Contains(s, "no JSON object") && !strings.Contains(s, "nested") {
			t.Errorf("%q is JSON and was refused: %v", line, err)
		}
		if errors.Is(err, errCut) {
			t.Errorf("%q is whole and was called cut", line)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	line := []byte(`{"at":"2026-01-31T08:00:00.250Z","event":"send","id":"s123456","to":"+4915112345678","tenant":"shop","purpose":"login","account_id":"a77","context":{"ip":"93.201.17.4","device_id":"dev123","user_agent":"Mozilla/5.0 (Linux; Android 14)","ja4":"t13d1516h2_8daaf6152771_02713d6af862","asn":3320},"label":"legit:normal"}`)
	d, e := &decoder{}, Event{}
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if err := d.decode(line, &e); err != nil {
			b.Fatal(err)
		}
	}
}
