package camara

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

// event is a swap with members of its own.
func event(members ...string) string {
	m := map[string]string{
		"id": `"e1"`, "source": `"https://net.example"`, "specversion": `"1.0"`, "type": `"org.camaraproject.sim-swap-subscriptions.v0.swapped"`,
		"time": `"2026-03-01T10:00:00Z"`, "datacontenttype": `"application/json"`, "data": `{"phoneNumber":"+491713920001","subscriptionId":"s1"}`,
	}
	for i := 0; i+1 < len(members); i += 2 {
		m[members[i]] = members[i+1]
	}
	var list []string
	for key, value := range m {
		if value != "" {
			list = append(list, fmt.Sprintf("%q:%s", key, value))
		}
	}
	return "{" + strings.Join(list, ",") + "}"
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestEvents(t *testing.T) {
	at := noon.Add(-2 * time.Hour)
	const prefix = `"org.camaraproject.sim-swap-subscriptions.`
	for name, c := range map[string]struct {
		event string
		kind  Kind
		at    time.Time
	}{
		"a swap":                 {event(), Swapped, at},
		"of the next version":    {event("type", prefix+`v1.swapped"`), Swapped, at},
		"with more members":      {event("x", `[1]`, "subject", `"y"`), Swapped, at},
		"in another zone":        {event("time", `"2026-03-01T12:00:00.000+02:00"`), Swapped, at},
		"a clock ahead":          {event("time", `"2026-03-01T12:30:00Z"`), Swapped, noon},
		"years ahead":            {event("time", `"2036-03-01T12:30:00Z"`), Swapped, noon},
		"without a zone":         {event("time", `"2026-03-01T10:00:00"`), Swapped, noon},
		"without a time":         {event("time", ``), Swapped, noon},
		"a time of another type": {event("time", `17`), Swapped, noon},
		"a time that is none":    {event("time", `"1970-01-01T00:00:00Z"`), Swapped, noon},
		"an end":                 {event("type", prefix+`v0.subscription-ended"`, "data", `{"terminationReason":"SUBSCRIPTION_EXPIRED","subscriptionId":"s"}`), Ended, time.Time{}},
		"an end, former name":    {event("type", prefix+`v0.subscription-ends"`), Ended, time.Time{}},
		"a start":                {event("type", prefix+`v0.subscription-started"`, "data", ``), Status, time.Time{}},
		"an update":              {event("type", prefix+`v1.subscription-updated"`), Status, time.Time{}},
	} {
		e, err := ParseEvent([]byte(c.event), noon)
		if err != nil || e.Kind != c.kind || !e.At.Equal(c.at) || (e.Number == number) != (c.kind == Swapped) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": ``, "no object": `[]`, "half": `{"id":"e1"`, "more": event() + `{}`, "a key twice": `{"id":"a","id":"b"}`,
		"no id": event("id", ``), "an empty id": event("id", `""`), "an id of a number": event("id", `7`), "no source": event("source", ``),
		"another specversion": event("specversion", `"0.3"`), "no specversion": event("specversion", ``), "no type": event("type", ``),
		"another type": event("type", `"org.camaraproject.device-swap-subscriptions.v0.swapped"`), "no event of it": event("type", prefix+`v0.unswapped"`),
		"no data": event("data", ``), "data of a string": event("data", `"x"`), "no number": event("data", `{"subscriptionId":"s1"}`),
		"an odd number": event("data", `{"phoneNumber":"0171"}`), "a number of a number": event("data", `{"phoneNumber":491713920001}`),
		"a flood": event("x", `"`+strings.Repeat("x", EventMax)+`"`),
	} {
		e, err := ParseEvent([]byte(text), noon)
		var bad *EventError
		if !errors.As(err, &bad) || strings.Contains(err.Error(), "3920001") {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

func TestInboxHandsEachEventOnOnce(t *testing.T) {
	var taken []subscriber.MSISDN
	var ended []string
	var fail error
	b := &Inbox{
		Now: func() time.Time { return noon }, Ended: func(reason string) { ended = append(ended, reason) },
		Swapped: func(_ context.Context, n subscriber.MSISDN, _ time.Time) error {
			if fail == nil {
				taken = append(taken, n)
			}
			return fail
		},
	}
	receive := func(text string) error { return b.Receive(context.Background(), []byte(text)) }
	fail = errors.New("the store failed")
	if err := receive(event()); !errors.Is(err, fail) {
		t.Errorf("%v", err)
	}
	fail = nil
	for range 3 {
		if err := receive(event()); err != nil {
			t.Error(err)
		}
	}
	if len(taken) != 1 {
		t.Errorf("%d times; one that failed is taken again, one that did not is not", len(taken))
	}
	for _, other := range []string{event("source", `"https://other.example"`), event("id", `"e2"`), event("time", `"2026-03-01T11:00:00Z"`),
		event("data", `{"phoneNumber":"+491713920002"}`)} {
		if err := receive(other); err != nil {
			t.Error(err)
		}
	}
	if len(taken) != 5 {
		t.Errorf("%d; an id that is used twice hides a swap", len(taken))
	}
	end := event("type", `"org.camaraproject.sim-swap-subscriptions.v0.subscription-ended"`, "data", `{"terminationReason":"+491713920001"}`)
	if again := errors.Join(receive(end), receive(end)); again != nil || len(ended) != 1 || ended[0] != "" {
		t.Errorf("ended %q; a reason of no list is not repeated", ended)
	}
	for i := range inboxMax + 10 {
		if err := receive(event("id", fmt.Sprintf(`"n%d"`, i))); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.seen) != inboxMax || len(b.order) != inboxMax {
		t.Errorf("%d events are remembered", len(b.seen))
	}
	if !errors.As(receive(`{}`), new(*EventError)) {
		t.Error("an event that is none was taken")
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte(event()))
	f.Add([]byte(event("time", `1`, "data", `{"phoneNumber":"+1"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEvent(data, noon)
		if err != nil {
			if !errors.As(err, new(*EventError)) {
				t.Fatalf("%v", err)
			}
			return
		}
		if e.ID == "" || e.Source == "" || e.Kind == 0 {
			t.Fatalf("%+v", e)
		}
		if e.Kind == Swapped && (!isNumber(string(e.Number)) || e.At.After(noon) || e.At.Year() < 1985) {
			t.Fatalf("%+v", e)
		}
	})
}

// FuzzAnswer holds every reader to its word: what it tells is whole, and in the past.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"latestSimChange":"2024-09-18T07:37:53.471829447Z","monitoredPeriod":120}`))
	f.Add([]byte(`{"latestSimChange":null,"device":{"phoneNumber":"+491713920001"},"swapped":true}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := parse(data)
		if err != nil {
			return
		}
		at, told, err := o.date("latestSimChange", noon, time.Minute)
		if err == nil && told && (at.After(noon.Add(time.Minute)) || at.Year() < 1985) {
			t.Fatalf("%s: %v", data, at)
		}
		if days, err := o.days("monitoredPeriod"); err == nil && (days < 0 || days > 36500) {
			t.Fatalf("%s: %d", data, days)
		}
		if yes, err := o.boolean("swapped"); err == nil && yes != (string(o["swapped"]) == "true") {
			t.Fatalf("%s", data)
		}
		_ = o.about(number)
	})
}
