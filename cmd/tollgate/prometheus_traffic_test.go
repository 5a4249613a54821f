package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// loadCode is asked for by name, so that nobody has to look at a handset.
const loadCode = "424242"

// steady is the ordinary day: people log in and type their code, a few of them
// wrongly. It ends with ctx.
func (r *loadRig) steady(ctx context.Context, t *testing.T) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		prefix := "49170"
		if i%10 == 0 {
			prefix = busyPrefix
		}
		sent, err := r.ask(devKey, "POST", "/v1/otp/send", map[string]any{"to": r.fresh(prefix), "code": loadCode})
		if err != nil || sent.status != http.StatusAccepted && sent.status != http.StatusServiceUnavailable {
			t.Errorf("a login: %+v, %v", sent, err)
			return
		}
		if sent.status != http.StatusAccepted {
			continue // the queue is full for the moment, as it should be
		}
		typed := loadCode
		if i%8 == 7 {
			typed = "111111"
		}
		if _, err := r.ask(devKey, "POST", "/v1/otp/check", map[string]any{"id": sent.ID, "code": typed}); err != nil {
			t.Errorf("a check: %v", err)
			return
		}
	}
}

// want asks and requires a status.
func (r *loadRig) want(t *testing.T, status int, key, method, path string, body any) *answer {
	t.Helper()
	a, err := r.ask(key, method, path, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if a.status != status {
		t.Fatalf("%s %s answered %d %s, want %d", method, path, a.status, a.Code, status)
	}
	return a
}

func sendOf(to, purpose string) map[string]any {
	return map[string]any{"to": to, "purpose": purpose, "code": loadCode}
}

// people plays what single callers do, right and wrong.
func (r *loadRig) people(t *testing.T) {
	r.want(t, 403, devKey, "POST", "/v1/otp/send", sendOf(voipOne, "signup"))
	r.want(t, 403, devKey, "POST", "/v1/otp/send", sendOf(disposable1, "signup"))
	r.want(t, 403, devKey, "POST", "/v1/otp/send", sendOf(portedOne, "bind"))
	r.want(t, 422, devKey, "POST", "/v1/otp/send", sendOf("+49123", "login"))
	r.want(t, 400, devKey, "POST", "/v1/otp/send", `{"to": `)
	r.want(t, 401, "wrong-key", "POST", "/v1/otp/send", sendOf(r.fresh("49170"), "login"))
	r.want(t, 404, devKey, "GET", "/v1/nothing", nil)
	r.want(t, 405, devKey, "PUT", "/v1/otp/send", nil)
	r.want(t, 200, devKey, "POST", "/v1/numbers/score", map[string]any{"to": portedOne})
	for range 3 {
		text := r.want(t, 202, devKey, "POST", "/v1/messages", map[string]any{"to": r.fresh("49170"), "text": "Your parcel is here \U0001F4E6"})
		r.want(t, 200, devKey, "GET", "/v1/messages/"+text.ID, nil)
	}
	// A wrong code starts the cool-down, in which no code is looked at.
	sent := r.want(t, 202, devKey, "POST", "/v1/otp/send", sendOf(r.fresh("49170"), "login"))
	check := map[string]any{"id": sent.ID, "code": "111111"}
	r.want(t, 200, devKey, "POST", "/v1/otp/check", check)
	r.want(t, 429, devKey, "POST", "/v1/otp/check", check)
	// Without a cool-down the sixth wrong code locks.
	sent = r.want(t, 202, loadKey, "POST", "/v1/otp/send", sendOf(r.fresh("49170"), "login"))
	check = map[string]any{"id": sent.ID, "code": "111111"}
	for range 5 {
		r.want(t, 200, loadKey, "POST", "/v1/otp/check", check)
	}
	r.want(t, 423, loadKey, "POST", "/v1/otp/check", check)
	r.want(t, 200, loadKey, "GET", "/v1/reviews", nil)
}

// bot asks for codes on neighbouring numbers from one address.
func (r *loadRig) bot(t *testing.T) {
	refused := 0
	for i := range 60 {
		body := sendOf(fmt.Sprintf("+49162555%04d", 1000+i), "signup")
		body["context"] = map[string]any{"ip": "203.0.113.7"}
		a, err := r.ask(devKey, "POST", "/v1/otp/send", body)
		if err != nil {
			t.Fatal(err)
		}
		if a.status == http.StatusForbidden {
			refused++
		}
	}
	if refused < 30 {
		t.Errorf("only %d of 60 pumped sends were refused", refused)
	}
}

// rush sends many messages at once to the busy carrier, or fewer once the queue
// is full.
func (r *loadRig) rush(t *testing.T, messages int) (full bool) {
	var left, overloaded atomic.Int64
	left.Store(int64(messages))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for left.Add(-1) >= 0 && overloaded.Load() < 20 {
				a, err := r.ask(devKey, "POST", "/v1/otp/send", sendOf(r.fresh(busyPrefix), "login"))
				switch {
				case err != nil:
					t.Errorf("a rushed send: %v", err)
					return
				case a.status == http.StatusServiceUnavailable:
					overloaded.Add(1)
				case a.status != http.StatusAccepted:
					t.Errorf("a rushed send answered %d %s", a.status, a.Code)
				}
			}
		})
	}
	all.Wait()
	return overloaded.Load() > 0
}

// swap changes SIMs: of a number between two withdrawals, which freezes it, and
// of numbers whose withdrawals wait behind a rush, which the fence stops. The
// busy carrier answers nothing meanwhile, so that the queue fills however slow
// this machine is.
func (r *loadRig) swap(ctx context.Context, t *testing.T, scraped func()) {
	r.want(t, 202, devKey, "POST", "/v1/otp/send", sendOf(frozenOne, "withdrawal"))
	r.busy.Pause()
	r.rush(t, 25) // more than the window has
	for i := range fencedSome {
		late := sendOf(fenced(i), "withdrawal")
		late["ttl_s"] = 1800 // whose deadline is later is sent later
		r.want(t, 202, devKey, "POST", "/v1/otp/send", late)
	}
	r.network(t, "26202")
	if !r.rush(t, 1000) {
		t.Error("the queue never filled")
	}
	scraped() // the queue, while it is full
	r.busy.Resume()
	r.unlessFull(ctx, t, 423, sendOf(frozenOne, "withdrawal"))
	r.unlessFull(ctx, t, 423, sendOf(frozenOne, "login"))
}

// unlessFull sends again until the queue has room, and requires a status then.
func (r *loadRig) unlessFull(ctx context.Context, t *testing.T, status int, body map[string]any) {
	t.Helper()
	for ctx.Err() == nil {
		a, err := r.ask(devKey, "POST", "/v1/otp/send", body)
		switch {
		case err != nil:
			t.Fatal(err)
		case a.status == status:
			return
		case a.status != http.StatusServiceUnavailable:
			t.Fatalf("a send answered %d %s, want %d", a.status, a.Code, status)
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the queue stayed full: %v", ctx.Err())
}

// loadMarks are the events that the dashboard and the rules are about; the
// load is not over before each has happened.
var loadMarks = []struct {
	metric string
	labels []string
}{
	{"tollgate_messages_total", []string{"accepted"}},
	{"tollgate_messages_total", []string{"delivered"}},
	{"tollgate_messages_total", []string{"undelivered"}},
	{"tollgate_messages_total", []string{"approved"}},
	{"tollgate_decisions_total", []string{"RANGE_BURST", "SEQUENTIAL", "FANOUT_IP", "VELOCITY_IP"}},
	{"tollgate_submit_duration_seconds", []string{"ESME_RSYSERR"}},
	{"tollgate_submit_duration_seconds", []string{"ESME_RTHROTTLED"}},
	{"tollgate_receipt_duration_seconds", []string{"UNDELIV"}},
	{"tollgate_receipts_unmatched_total", nil},
	{"tollgate_bind_failures_total", nil},
	{"tollgate_throttled_total", nil},
	{"tollgate_failovers_total", nil},
	{"tollgate_fence_total", []string{"changed"}},
	{"tollgate_fence_total", []string{"same"}},
	{"tollgate_refusals_total", []string{"overloaded"}},
	{"tollgate_http_request_duration_seconds", []string{"503"}},
	{"tollgate_freezes_total", nil},
	{"tollgate_locks_total", nil},
	{"tollgate_lookup_cache_total", nil},
	{"tollgate_webhooks_total", []string{"delivered"}},
	{"tollgate_webhooks_total", []string{"retried"}},
}

// play runs the whole load and returns the metrics behind it; scraped waits
// for Prometheus.
func (r *loadRig) play(ctx context.Context, t *testing.T, scraped func()) promFamilies {
	r.people(t)
	r.bot(t)
	r.swap(ctx, t, scraped)
	var missing []string
	families, err := r.families(ctx, 25*time.Second, func(f promFamilies) bool {
		missing = missing[:0]
		for _, m := range loadMarks {
			if f.count(m.metric, m.labels...) == 0 {
				missing = append(missing, fmt.Sprint(m.metric, m.labels))
			}
		}
		return len(missing) == 0
	})
	if err != nil {
		slices.Sort(missing)
		t.Fatalf("the load did not cause %q: %v", missing, err)
	}
	return families
}
