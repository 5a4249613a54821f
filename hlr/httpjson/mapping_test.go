package httpjson

import (
	"strings"
	"testing"
)

// Everything that is wrong in a mapping is told at once, each with its line.
func TestWrongMappings(t *testing.T) {
	const broken = `request:
  metod: GET
  method: PUT
  url: http://vendor.example/{msidsn}
  headers:
    X-Api-Key: 0123456789
    Host: x
    "Bad Name": y
    Authorization: Bearer abc
  auth:
    bearer: geheim
    basic: {user: u, pasword: p}
  body: "{env:NOT_SET}"
  ca_file: none.pem
response:
  number: results[x]
  errors: {path: a}
  absent:
    - {path: a, is: [b], exists: true}
    - {is: [b]}
    - {path: a, exists: maybe}
  facts:
    imsii: a
    imei: {path: b, yes: [x]}
    home_network: {mcc: a}
    network: {path: a, mcc: b, mnc: c}
    ported: {path: a.., unknown: [yes], yes: [YES]}
    ported_at: {path: a, format: unixx}
    line_type: {path: a, words: {cell: mobil}}
    roaming: {path: a, only_if: [{path: b}]}
    roaming: a
    original_network: o
  costs: a
status: {200: error, 404: gone, 429: error, x: error}
`
	_, err := parseMapping([]byte(broken), "m.yaml")
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{
		`m.yaml:2: request: "metod" is not a known key; did you mean method?`,
		`m.yaml:3: request.method: must be GET or POST`,
		`m.yaml:6: request.headers.X-Api-Key: a secret does not stand in the mapping`,
		`m.yaml:7: request.headers: "Host" is no header that can be set`,
		`m.yaml:8: request.headers: "Bad Name"`,
		`m.yaml:9: request.headers.Authorization: a secret does not stand in the mapping`,
		`m.yaml:11: request.auth.bearer: a secret does not stand in the mapping`,
		`m.yaml:12: request.auth.basic: "pasword" is not a known key; did you mean password?`,
		`m.yaml:12: request.auth has either bearer, or basic with user and password`,
		`m.yaml:16: response.number: a path is keys joined by dots`,
		`m.yaml:17: response.errors: must be a list of conditions`,
		`m.yaml:19: response.absent: a condition has a path and one of is, is_not or exists`,
		`m.yaml:20: response.absent: a condition has a path and one of is, is_not or exists`,
		`m.yaml:21: response.absent.exists: can only be true`,
		`m.yaml:23: response.facts: there is no fact "imsii"; did you mean imsi?`,
		`m.yaml:24: response.facts.imei: "yes" is not a known key; there are only_if, path, unknown`,
		`m.yaml:25: response.facts.home_network: has no path`,
		`m.yaml:26: response.facts.network: has either path, or mcc and mnc`,
		`m.yaml:27: response.facts.ported.path: a path is`,
		`m.yaml:27: response.facts.ported: the word "yes" means two things`,
		`m.yaml:28: response.facts.ported_at.format: must be a layout such as 02/01/2006 15:04, or a name; did you mean unix?`,
		`m.yaml:29: response.facts.line_type.words: "mobil" is no line type; did you mean mobile?`,
		`m.yaml:30: response.facts.roaming.only_if: a condition has a path`,
		`m.yaml:31: response.facts: "roaming" stands in line 30 already`,
		`m.yaml:33: response: "costs" is not a known key; did you mean cost?`,
		`m.yaml:34: status: "200" is no HTTP status`, `m.yaml:34: status: "429"`, `m.yaml:34: status: "x"`,
		`m.yaml:34: status.404: "gone" is no outcome; there are absent, error, not_covered, throttled`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "0123456789") {
		t.Errorf("a secret is repeated:\n%v", err)
	}
}

// What New finds once secrets and files are put in.
func TestRequestsThatCannotBe(t *testing.T) {
	const rest = "\nresponse: {number: none, facts: {imsi: a}}\n"
	for name, c := range map[string]struct{ mapping, want string }{
		"plain http":         {`request: {url: "http://vendor.example/{digits}"}`, "must begin with https://"},
		"ftp":                {`request: {url: "ftp://vendor.example/"}`, "must begin with https://"},
		"no host":            {`request: {url: "https:///x"}`, "must be an absolute URL"},
		"a path":             {`request: {url: "/x"}`, "must be an absolute URL"},
		"password in it":     {`request: {url: "https://u:p@vendor.example/"}`, "without credentials"},
		"fragment":           {`request: {url: "https://vendor.example/#x"}`, "fragment"},
		"host of the number": {`request: {url: "https://{digits}.vendor.example/"}`, "the host cannot depend on the number"},
		"a slip":             {`request: {url: "https://vendor.example/{msidsn}"}`, "{msidsn}; did you mean msisdn?"},
		"no variable":        {`request: {url: "https://{env:NONE}/"}`, "m.yaml:1: request.url: the variable NONE is not set"},
		"no file":            {`request: {url: "https://v.example/", headers: {X-Key: "{file:/none/there}"}}`, "/none/there"},
		"no secret":          {`request: {url: "https://v.example/", auth: {bearer: "{secret}"}}`, "set secret_file beside its url"},
		"newline in a value": {`request: {url: "https://v.example/", headers: {X-Key: "{env:LINES}"}}`, "octets that no header may have"},
		"newline in bearer":  {`request: {url: "https://v.example/", auth: {bearer: "{env:LINES}"}}`, "octets that no header may have"},
		"no certificates":    {`request: {url: "https://v.example/", ca_file: mapping_test.go}`, "request.ca_file"},
		"a GET with body":    {`request: {url: "https://v.example/", body: x}`, "a GET has none"},
		"no request":         {`status: {404: absent}`, "request.url is missing"},
	} {
		_, err := New(Config{File: "m.yaml", Mapping: []byte(c.mapping + rest), Env: environ("LINES", "a\nb")}, quiet())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for name, c := range map[string]struct{ mapping, want string }{
		"empty":         {"", "is empty"},
		"comment":       {"# nothing\n", "is empty"},
		"no YAML":       {"request: [", "not YAML"},
		"a list":        {"- a\n", "must have keys of its own"},
		"two documents": {"a: 1\n---\nb: 1\n", "more than one"},
		"no response":   {"request: {url: 'https://v.example/'}\n", "response.number is missing"},
		"no facts":      {"request: {url: 'https://v.example/'}\nresponse: {number: none}\n", "response.facts is missing"},
		"alone":         {"request: {url: 'https://v.example/'}\nresponse: {number: none, facts: {original_network: a}}\n", "tells nothing without home_network"},
	} {
		_, err := New(Config{File: "m.yaml", Mapping: []byte(c.mapping)}, quiet())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestPaths(t *testing.T) {
	tree, err := parseJSON([]byte(`{"a":{"b":[10,{"c d":"x"}],"e.f":1,"[0]":2,"":3},"491713920001":5,"l":[[7]],"n":null,"t":true}`))
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		"a.b[0]": "10", "a.b[1].c d": "x", `a["e.f"]`: "1", `a["[0]"]`: "2", "l[0][0]": "7", `["{digits}"]`: "5", "t": "true",
		"a.b[2]": "", "a.b.c": "", "a[0]": "", "l[0].x": "", "n": "", "n.x": "", "t.x": "", "x.y.z": "", `["a"].b[0]`: "10",
	} {
		p, err := parsePath(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got, _ := scalar(p.find(&reply{tree, "491713920001"})); got != want {
			t.Errorf("%s = %q, want %q", s, got, want)
		}
	}
	for _, s := range []string{
		"", ".", "a.", ".a", "a..b", "a.[0]", "a[", "a[]", "a[-1]", "a[01]", "a[+1]", "a[1001]", "a[x]", "a]", "a[0]b", `a["x]`, `a[""]`, " a", "a .b",
		strings.Repeat("a.", stepsMax) + "a", "[99999999999999999999]",
	} {
		if p, err := parsePath(s); err == nil {
			t.Errorf("%q = %v, want an error", s, p)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	for word, want := range map[string]string{"imsii": "; did you mean imsi?", "Imis": "; did you mean imsi?", "vendor": "; there are iccid, imsi"} {
		if got := didYouMean(word, []string{"imsi", "iccid"}); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}],"c":"\u00e4"}`, `[[[[]]]]`, `{"a":1,"a":2}`, `1e999`, `"\ud800"`, "{\"\x00\":1}", `{"a":{"a":{}}}x`} {
		f.Add([]byte(seed), "a[0].b")
	}
	f.Fuzz(func(t *testing.T, data []byte, way string) {
		tree, err := parseJSON(data)
		if err != nil {
			if tree != nil || err != errNotJSON && err != errDeep && err != errTwice {
				t.Errorf("%q: %v beside %v", data, tree, err)
			}
			return
		}
		if p, err := parsePath(way); err == nil {
			_, _ = scalar(p.find(&reply{tree, "49"}))
		}
	})
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(plainMapping))
	f.Add([]byte("request: {url: a, headers: *x}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMapping(data, "m.yaml")
		if err == nil && (m.url.value == "" || len(m.facts) == 0) {
			t.Errorf("%q is taken without a URL or facts", data)
		}
	})
}
