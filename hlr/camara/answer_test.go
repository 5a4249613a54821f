package camara

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/hlr"
)

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func TestSIMChange(t *testing.T) {
	at := time.Now().Add(-3 * time.Hour).UTC().Truncate(time.Millisecond)
	for body, want := range map[string]hlr.LastChange{
		`{"latestSimChange":"` + stamp(at) + `"}`: hlr.ChangedAt(at),
		`{"latestSimChange":"` + at.In(time.FixedZone("", 7200)).Format(time.RFC3339Nano) + `","monitoredPeriod":120,"x":[{}]}`: hlr.ChangedAt(at),
		`{"latestSimChange":"` + stamp(at) + `","phoneNumber":"+491713920001"}`:                                                 hlr.ChangedAt(at),
		`{"latestSimChange":null}`:                      {}, // and check is not asked
		`{"latestSimChange":null,"monitoredPeriod":0}`:  {},
		`{"latestSimChange":null,"monitoredPeriod":30}`: {NotAfter: time.Now().AddDate(0, 0, -30)},
	} {
		c := newNetwork(t, says(body)).client(t, func(c *Config) { c.MaxAges = []int{0} })
		s, err := lookup(c)
		if err != nil || !near(s.SIMChange, want) {
			t.Errorf("%s: %v, %v; want %v", body, s.SIMChange, err, want)
		}
		if s.Tells()&hlr.FieldSIMChange != 0 != want.Told() || s.Absent {
			t.Errorf("%s: tells %v", body, s.Tells())
		}
	}
}

// near allows for the time that a test takes.
func near(a, b hlr.LastChange) bool {
	close := func(a, b time.Time) bool { return a.IsZero() == b.IsZero() && a.Sub(b).Abs() < 10*time.Second }
	return close(a.NotBefore, b.NotBefore) && close(a.NotAfter, b.NotAfter)
}

// What cannot be understood is an error: never a date, never "not changed".
func TestWrongAnswersFail(t *testing.T) {
	for _, body := range []string{
		``, `null`, `[]`, `"x"`, `{`, `{}`, `{"latestSimChange"}`, `{"latestSimChange":null`, `{"latestSimChange":null}{}`, `{"latestSimChange":null}x`,
		`{"LatestSimChange":null}`, `{"latestSimChange":"2024-01-01T00:00:00Z","latestSimChange":null}`,
		`{"latestSimChange":1700000000}`, `{"latestSimChange":false}`, `{"latestSimChange":{}}`, `{"latestSimChange":""}`,
		`{"latestSimChange":"2024-01-01"}`, `{"latestSimChange":"2024-01-01T00:00:00"}`, `{"latestSimChange":"never"}`,
		`{"latestSimChange":"1970-01-01T00:00:00Z"}`, `{"latestSimChange":"0001-01-01T00:00:00Z"}`,
		`{"latestSimChange":"` + stamp(time.Now().Add(time.Hour)) + `"}`, // ahead by more than clocks are
		`{"latestSimChange":null,"monitoredPeriod":"30"}`, `{"latestSimChange":null,"monitoredPeriod":-1}`, `{"latestSimChange":null,"monitoredPeriod":1e9}`,
		`{"latestSimChange":null,"monitoredPeriod":3.5}`, `{"latestSimChange":"2024-01-01T00:00:00Z","monitoredPeriod":[]}`,
		"{\"latestSimChange\":\"\xff\"}", `{"latestSimChange":null,"device":7}`, `{"latestSimChange":null,"phoneNumber":{}}`,
		`{"latestSimChange":null,"pad":"` + strings.Repeat("x", bodyMax) + `"}`,
	} {
		n := newNetwork(t, says(body))
		s, err := lookup(n.client(t))
		if err == nil || s.Tells() != 0 || errors.Is(err, hlr.ErrNotCovered) || errors.Is(err, hlr.ErrAbsent) {
			t.Errorf("%.60s: tells %v, %v; want an error and nothing told", body, s.Tells(), err)
		} else if leaks(err, n) {
			t.Errorf("%.60s: the error leaks: %v", body, err)
		}
	}
}

func TestClocksMayBeApart(t *testing.T) {
	at := time.Now().Add(2 * time.Minute)
	s, err := lookup(newNetwork(t, says(`{"latestSimChange":"`+stamp(at)+`"}`)).client(t))
	if err != nil || !near(s.SIMChange, hlr.ChangedAt(at)) {
		t.Errorf("%v, %v", s.SIMChange, err)
	}
}

func TestAnswersForAnotherNumber(t *testing.T) {
	for name, body := range map[string]string{
		"sim-swap":                   `{"latestSimChange":null,"monitoredPeriod":30,"phoneNumber":"+491713920002"}`,
		"device-roaming-status":      `{"roaming":false,"device":{"phoneNumber":"+491713920002"}}`,
		"device-reachability-status": `{"reachable":true,"device":{"phoneNumber":"+491713920002"}}`,
	} {
		if s, err := lookup(newNetwork(t, says(body)).client(t, api(name))); !errors.Is(err, hlr.ErrOtherNumber) || s.Tells() != 0 {
			t.Errorf("%s: tells %v, %v", name, s.Tells(), err)
		}
	}
}

// An echo that is not ours is logged and no more: gateways replace it.
func TestForeignCorrelator(t *testing.T) {
	n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("x-correlator", "another")
		says(`{"latestSimChange":null,"monitoredPeriod":30}`)(w, r)
	})
	if s, err := lookup(n.client(t)); err != nil || !s.SIMChange.Told() {
		t.Errorf("%v, %v", s.SIMChange, err)
	}
}

// checks is a network that withholds dates and knows how long ago the change was.
func checks(ago time.Duration, t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/retrieve-date") {
			says(`{"latestSimChange":null,"latestDeviceChange":null}`)(w, r)
			return
		}
		a := asked(r)
		if a.PhoneNumber != number || a.MaxAge == 0 {
			t.Errorf("asked %+v", a)
		}
		says(fmt.Sprintf(`{"swapped":%v}`, ago < time.Duration(a.MaxAge)*time.Hour))(w, r)
	}
}

func TestCheckGivesIntervals(t *testing.T) {
	now := time.Now()
	for ago, want := range map[time.Duration]hlr.LastChange{
		time.Hour:        {NotBefore: now.Add(-24 * time.Hour), NotAfter: now},
		48 * time.Hour:   {NotBefore: now.Add(-240 * time.Hour), NotAfter: now.Add(-24 * time.Hour)},
		1000 * time.Hour: {NotAfter: now.Add(-240 * time.Hour)},
	} {
		for _, name := range []string{"sim-swap", "sim-swap-check", "device-swap", "device-swap-check"} {
			s, err := lookup(newNetwork(t, checks(ago, t)).client(t, api(name)))
			got := s.SIMChange
			if strings.HasPrefix(name, "device") {
				got = s.DeviceChange
			}
			if err != nil || !near(got, want) {
				t.Errorf("%s, %v ago: %v, %v; want %v", name, ago, got, err, want)
			}
		}
	}
}

// One period that is not answered may be the one with the change in it.
func TestOneFailedCheckTellsNothing(t *testing.T) {
	for _, failed := range []int{24, 240} {
		n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
			if asked(r).MaxAge == failed {
				refuse(w, 503, "UNAVAILABLE")
				return
			}
			says(`{"swapped":false}`)(w, r)
		})
		if s, err := lookup(n.client(t, api("sim-swap-check"))); err == nil || s.Tells() != 0 {
			t.Errorf("without %d h: tells %v, %v", failed, s.Tells(), err)
		}
	}
	n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
		says(fmt.Sprintf(`{"swapped":%v}`, asked(r).MaxAge == 24))(w, r)
	})
	if s, err := lookup(n.client(t, api("sim-swap-check"))); !errors.Is(err, errContradicts) || s.Tells() != 0 {
		t.Errorf("within 24 h and not within 240 h: tells %v, %v", s.Tells(), err)
	}
}

func TestFlags(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		api, path, body string
		want            hlr.Subscriber
	}{
		{"call-forwarding-signal", "/call-forwarding-signal/v0.3/unconditional-call-forwardings", `{"active":true}`, hlr.Subscriber{CallForwarding: &yes}},
		{"call-forwarding-signal/v0.4", "/call-forwarding-signal/v0.4/unconditional-call-forwardings", `{"active":false}`, hlr.Subscriber{CallForwarding: &no}},
		{"device-roaming-status", "/device-roaming-status/v1/retrieve", `{"roaming":true,"countryCode":901,"countryName":[]}`, hlr.Subscriber{Roaming: &yes}},
		{"device-reachability-status", "/device-reachability-status/v1/retrieve", `{"reachable":false}`, hlr.Subscriber{Reachable: &no}},
		{"device-reachability-status", "/device-reachability-status/v1/retrieve", `{"reachable":true,"connectivity":["SMS"]}`, hlr.Subscriber{Reachable: &yes}},
	} {
		var body atomic.Value
		body.Store(c.body)
		n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
			if a := asked(r); r.URL.Path != c.path || a.PhoneNumber != number && (a.Device == nil || a.Device.PhoneNumber != number) {
				t.Errorf("%s: asked %s %+v", c.api, r.URL.Path, a)
			}
			says(body.Load().(string))(w, r)
		})
		client := n.client(t, api(c.api))
		s, err := lookup(client)
		if err != nil || show(s) != show(c.want) || s.Tells() != client.apis[0].Fields() {
			t.Errorf("%s: %s, %v", c.api, show(s), err)
		}
		for _, wrong := range []string{`{}`, `{"active":"no","roaming":0,"reachable":null}`, `{"reachabilityStatus":"CONNECTED_SMS"}`, `[false]`} {
			body.Store(wrong)
			if s, err := lookup(client); err == nil || s.Tells() != 0 {
				t.Errorf("%s: %s tells %v, %v", c.api, wrong, s.Tells(), err)
			}
		}
	}
}

func show(s hlr.Subscriber) string {
	flag := func(b *bool) string {
		if b == nil {
			return "-"
		}
		return fmt.Sprint(*b)
	}
	return flag(s.CallForwarding) + flag(s.Roaming) + flag(s.Reachable)
}

// recycles is a network that gave the number away so many days ago.
func recycles(daysAgo int, requests *atomic.Int64) http.HandlerFunc {
	day := time.Now().UTC().AddDate(0, 0, -daysAgo).Format(time.DateOnly)
	return func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		says(fmt.Sprintf(`{"phoneNumberRecycled":%v}`, asked(r).SpecifiedDate < day))(w, r)
	}
}

func TestRecyclingIsDatedToTheDay(t *testing.T) {
	var requests atomic.Int64
	for _, ago := range []int{0, 1, 2, 17, 200, 364} {
		s, err := lookup(newNetwork(t, recycles(ago, &requests)).client(t, api("number-recycling")))
		begin := time.Now().UTC().AddDate(0, 0, -ago).Truncate(24 * time.Hour)
		if err != nil || s.RecycledAt.Before(begin) || s.RecycledAt.After(begin.Add(24*time.Hour)) || s.RecycledAt.After(time.Now()) {
			t.Errorf("%d days ago: %v, %v", ago, s.RecycledAt, err)
		}
	}
	requests.Store(0)
	s, err := lookup(newNetwork(t, recycles(400, &requests)).client(t, api("number-recycling")))
	if err != nil || s.Told != hlr.FieldRecycled || !s.RecycledAt.IsZero() || requests.Load() != 1 {
		t.Errorf("not within a year: %v, told %v, %v, after %d requests", s.RecycledAt, s.Told, err, requests.Load())
	}
}

// That the number was given away is not lost when the search for the day fails.
func TestRecyclingWithoutItsDay(t *testing.T) {
	var requests atomic.Int64
	n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) > 1 {
			refuse(w, 503, "UNAVAILABLE")
			return
		}
		says(`{"phoneNumberRecycled":true}`)(w, r)
	})
	s, err := lookup(n.client(t, api("number-recycling")))
	if err != nil || time.Since(s.RecycledAt) > time.Minute || s.RecycledAt.IsZero() {
		t.Errorf("%v, %v; want the latest day that it can have been", s.RecycledAt, err)
	}
	n.set(func() {
		n.answer = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"phoneNumberRecycled":"no"}`) }
	})
	if s, err := lookup(n.client(t, api("number-recycling"))); err == nil || s.Tells() != 0 {
		t.Errorf("a wrong type: tells %v, %v", s.Tells(), err)
	}
}
