package httpjson

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"tollgate/configs"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const number = subscriber.MSISDN("+491713920001")

var (
	yes = func() *bool { b := true; return &b }()
	no  = func() *bool { b := false; return &b }()
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// environ is an environment of pairs.
func environ(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

// provider makes one from a mapping whose @URL@ is the server's.
func provider(t testing.TB, mapping string, h http.HandlerFunc, change ...func(*Config)) *Provider {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	cfg := Config{File: "test.yaml", Mapping: []byte(strings.ReplaceAll(mapping, "@URL@", s.URL)), Secret: "geheim", Env: environ("KEY", "k&\"ey")}
	for _, f := range change {
		f(&cfg)
	}
	p, err := New(cfg, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func lookup(p *Provider) (hlr.Subscriber, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return p.Lookup(ctx, number)
}

// shipped is a mapping that ships, asked of a server of ours.
func shipped(t testing.TB, name, host string, env func(string) (string, bool), h http.HandlerFunc) *Provider {
	t.Helper()
	text, err := configs.FS.ReadFile("hlr/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), host) {
		t.Fatalf("%s does not ask %s", name, host)
	}
	return provider(t, strings.ReplaceAll(string(text), host, "@URL@"), h, func(c *Config) { c.Env = env })
}

// Each that ships is whole once its variables are set, says which page it was
// made from, and names what is missing when they are not.
func TestShippedMappings(t *testing.T) {
	if len(Shipped()) < 3 {
		t.Fatalf("only %v ship", Shipped())
	}
	for _, name := range Shipped() {
		p, err := New(Config{File: name, Env: func(string) (string, bool) { return "value", true }}, quiet())
		if err != nil || p.Fields() == 0 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := New(Config{File: name, Env: environ()}, quiet()); err == nil || !strings.Contains(err.Error(), "is not set in the environment") {
			t.Errorf("%s without its variables: %v", name, err)
		}
		text, _ := configs.FS.ReadFile("hlr/" + name + ".yaml")
		if !strings.Contains(string(text), "# Documentation: https://") {
			t.Errorf("%s names no page that it was made from", name)
		}
	}
	if _, err := New(Config{File: "infobib"}, quiet()); err == nil || !strings.Contains(err.Error(), "did you mean infobip?") {
		t.Errorf("a slip of the pen: %v", err)
	}
}

func TestInfobip(t *testing.T) {
	var answer string
	p := shipped(t, "infobip", "https://{env:INFOBIP_HOST}", environ("INFOBIP_API_KEY", "0123-key"), func(w http.ResponseWriter, r *http.Request) {
		var body struct{ To []string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body.To) != 1 || body.To[0] != "491713920001" {
			t.Errorf("asked %v, %v", body, err)
		}
		if r.Method != "POST" || r.URL.Path != "/number/1/query" || r.Header.Get("Authorization") != "App 0123-key" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("asked %s %s %v", r.Method, r.URL, r.Header)
		}
		io.WriteString(w, answer)
	})
	result := func(fields string) string {
		return `{"bulkId":"b-1","results":[{"to":"491713920001","mccMnc":"26203","imsi":"262031234500001",
			"originalNetwork":{"networkName":"A","networkPrefix":"171","countryName":"Germany","countryPrefix":"49","networkId":7},` + fields + `}]}`
	}
	const fine = `"status":{"groupId":3,"groupName":"DELIVERED","id":5,"name":"DELIVERED_TO_HANDSET"},"error":{"groupId":0,"groupName":"Ok","id":0,"name":"NO_ERROR","permanent":false}`
	const off = `"status":{"groupId":2,"groupName":"UNDELIVERABLE","id":9},"error":{"groupId":1,"groupName":"HANDSET_ERRORS","id":27,"name":"EC_ABSENT_SUBSCRIBER","permanent":false}`
	const gone = `"status":{"groupId":2,"groupName":"UNDELIVERABLE","id":9},"error":{"groupId":1,"groupName":"HANDSET_ERRORS","id":1,"name":"EC_UNKNOWN_SUBSCRIBER","permanent":true}`
	if p.Fields()&hlr.FieldIMSI != 0 {
		t.Error("the IMSI is taken as shipped: where it is scrambled, every lookup is a SIM swap")
	}
	run(t, p, &answer, []answerCase{
		{"ported", result(`"ported":true,"portedNetwork":{"networkName":"B"},"roaming":false,"servingMSC":"491710000",` + fine),
			hlr.Subscriber{Identity: subscriber.Identity{VLR: "491710000"}, Home: "26203", Ported: yes, Roaming: no, Reachable: yes}, nil},
		{"handset off", result(`"ported":false,"roaming":true,` + off),
			hlr.Subscriber{Home: "26203", Ported: no, Roaming: yes, Reachable: no}, nil},
		{"no such subscriber", `{"results":[{"to":"491713920001",` + gone + `}]}`, hlr.Subscriber{}, hlr.ErrAbsent},
		{"small package", `{"results":[{"to":"491713920001","mccMnc":"26203","ported":false,` + fine + `}]}`,
			hlr.Subscriber{Home: "26203", Ported: no, Reachable: yes}, nil},
		{"another number", strings.Replace(result(fine), "3920001", "3920002", 1), hlr.Subscriber{}, hlr.ErrOtherNumber},
		{"refused", `{"results":[{"to":"491713920001","ported":false,"status":{"groupId":5,"groupName":"REJECTED","id":6}}]}`, hlr.Subscriber{}, errSaid},
		{"an error with status 200", `{"requestError":{"serviceException":{"messageId":"GENERAL_ERROR"}}}`, hlr.Subscriber{}, errSaid},
		{"no results", `{"bulkId":"b-1","results":[]}`, hlr.Subscriber{}, errNoNumber},
	})
	text, err := configs.FS.ReadFile("hlr/infobip.yaml")
	if err != nil {
		t.Fatal(err)
	}
	taken := strings.Replace(string(text), "# imsi: ", "imsi: ", 1)
	p = provider(t, strings.Replace(taken, "https://{env:INFOBIP_HOST}", "@URL@", 1), says(result(fine)), func(c *Config) { c.Env = environ("INFOBIP_API_KEY", "k") })
	if s, err := lookup(p); err != nil || s.IMSI != "262031234500001" {
		t.Errorf("with the IMSI taken in: %s, %v", describe(s), err)
	}
}

func TestTwilioLookup(t *testing.T) {
	var answer string
	p := shipped(t, "twilio-lookup", "https://lookups.twilio.com", environ("TWILIO_API_KEY", "SK1", "TWILIO_API_SECRET", "s3"), func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if r.Method != "GET" || r.URL.Path != "/v2/PhoneNumbers/+491713920001" || user != "SK1" || password != "s3" ||
			r.URL.Query().Get("Fields") != "line_type_intelligence,line_status,call_forwarding" {
			t.Errorf("asked %s %s by %s", r.Method, r.URL, user)
		}
		io.WriteString(w, answer)
	})
	result := func(valid, packages string) string {
		return `{"calling_country_code":"49","country_code":"DE","phone_number":"+491713920001","national_format":"0171 3920001","valid":` + valid +
			`,"validation_errors":null,"caller_name":null,"sim_swap":null,` + packages + `,"url":"https://lookups.example/x"}`
	}
	run(t, p, &answer, []answerCase{
		{"mobile", result("true", `"line_type_intelligence":{"mobile_country_code":"262","mobile_network_code":"01","carrier_name":"A","type":"mobile","error_code":null},
			"line_status":{"status":"reachable","error_code":null},"call_forwarding":{"call_forwarding_status":true,"error_code":null}`),
			hlr.Subscriber{Home: "26201", LineType: "mobile", Reachable: yes, CallForwarding: yes}, nil},
		{"VoIP", result("true", `"line_type_intelligence":{"mobile_country_code":null,"mobile_network_code":null,"carrier_name":"B","type":"nonFixedVoip","error_code":null},
			"line_status":{"status":"active"},"call_forwarding":{"call_forwarding_status":false}`),
			hlr.Subscriber{LineType: "voip", CallForwarding: no}, nil},
		{"nothing but the number", result("true", `"line_type_intelligence":null,"line_status":null,"call_forwarding":null`), hlr.Subscriber{}, nil},
		{"packages refused", result("true", `"line_type_intelligence":{"error_code":60601,"type":null},"line_status":{"status":null,"error_code":60607},"call_forwarding":{"error_code":60606}`), hlr.Subscriber{}, nil},
		{"invalid", result("false", `"line_type_intelligence":null`), hlr.Subscriber{}, hlr.ErrNotCovered},
		{"an error with status 200", `{"code":20003,"message":"Authenticate","status":401}`, hlr.Subscriber{}, errSaid},
	})
}

func TestTMTVerify(t *testing.T) {
	var answer string
	p := shipped(t, "tmt-verify", "https://api.tmtverify.com", environ("TMT_API_KEY", "a", "TMT_API_SECRET", "b"), func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Number, Dpoints string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Number != "491713920001" || !strings.Contains(body.Dpoints, "porteddate") {
			t.Errorf("asked %v, %v", body, err)
		}
		if r.URL.Path != "/v3/" || r.Header.Get("X-API-Key") != "a" || r.Header.Get("X-API-Secret") != "b" {
			t.Errorf("asked %s %v", r.URL, r.Header)
		}
		io.WriteString(w, answer)
	})
	const networks = `"current_network":{"lrn":null,"mcc":262,"mnc":3,"name":"B","spid":1},"origin_network":{"mcc":262,"mnc":1,"name":"A","spid":2},`
	result := func(fields string) string {
		return `{"491713920001":{"number":491713920001,"status":0,"status_message":"Success","type":"mobile",` + fields + `}}`
	}
	run(t, p, &answer, []answerCase{
		{"ported", result(networks + `"ported":true,"ported_date":"2026-10-30 15:15:19","ported_date_type":"exact","present":"yes","is_roaming":false,"etype":10`),
			hlr.Subscriber{Home: "26203", Ported: yes, PortedAt: time.Date(2026, 10, 30, 15, 15, 19, 0, time.UTC), Reachable: yes, Roaming: no, LineType: "mobile"}, nil},
		{"ported before the records", result(networks + `"ported":true,"ported_date":"2026-11-01 00:00:00","ported_date_type":"before","present":"n/a","etype":32`),
			hlr.Subscriber{Home: "26203", Ported: yes, LineType: "voip"}, nil},
		{"never ported", result(`"ported":false,"ported_date":null,"ported_date_type":null,"present":"no","is_roaming":"true","etype":5`),
			hlr.Subscriber{Ported: no, Reachable: no, Roaming: yes, LineType: "fixed"}, nil},
		{"invalid number", `{"491713920001":{"number":491713920001,"status":1,"status_message":"Invalid Number"}}`, hlr.Subscriber{}, errSaid},
		{"another number", `{"491713920002":{"number":491713920002,"status":0,"ported":false}}`, hlr.Subscriber{}, errSaid}, // its status is not there
		{"a key that lies", `{"491713920001":{"number":491713920002,"status":0,"ported":false}}`, hlr.Subscriber{}, hlr.ErrOtherNumber},
	})
}

type answerCase struct {
	name   string
	answer string
	want   hlr.Subscriber
	err    error
}

// run plays one answer after the other.
func run(t *testing.T, p *Provider, answer *string, cases []answerCase) {
	t.Helper()
	for _, c := range cases {
		*answer = c.answer
		s, err := lookup(p)
		if !same(s, c.want) || !is(err, c.err) {
			t.Errorf("%s: %s, %v; want %s, %v", c.name, describe(s), err, describe(c.want), c.err)
		}
		if err != nil && strings.Contains(err.Error(), "3920001") {
			t.Errorf("%s: the error names the number: %v", c.name, err)
		}
	}
	if note := p.Note(); note != "" {
		t.Errorf("the mapping lacks words: %s", note)
	}
}

func TestFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"m.yaml": "request: {url: 'https://v.example/{digits}', headers: {X-Key: '{file:key}'}}\nresponse: {number: n, facts: {imsi: i}}\n",
		"key":    "of-the-file\n",
	} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := New(Config{File: dir + "/m.yaml"}, quiet())
	if err != nil || p.headers[0].value.fill(number) != "of-the-file" {
		t.Errorf("%v", err)
	}
	if _, err := New(Config{File: dir + "/none.yaml"}, quiet()); !os.IsNotExist(err) {
		t.Errorf("no such file: %v", err)
	}
}
