package main

import (
	"net/http"
	"testing"
)

// A number is erased on request, but not while it is held; what is on its way
// stays.
func TestErase(t *testing.T) {
	t.Parallel()
	const victim, other = "+4915112345678", "+4915187654321"
	n := newNetwork(t)
	n.set(t, victim, 1)
	p := startDev(t, t.TempDir(), "--hlr", n.url())
	id, kept := p.send(victim, "withdrawal"), p.send(other, "login")
	p.await(id, "delivered")
	p.await(kept, "delivered")
	n.set(t, victim, 2)
	frozen := p.want(423, "frozen", "POST", otpPath, object{"to": victim, "purpose": "withdrawal"})

	wantExit(t, 1, []string{"409", "held"}, "erase", "--ops", p.ops, victim)
	p.want(423, "frozen", "POST", otpPath, object{"to": victim, "purpose": "login"})
	wantExit(t, 0, []string{"records erased"}, "erase", "--ops", p.ops, "--force", victim)
	for _, path := range []string{"/v1/otp/" + id, "/v1/reviews/" + frozen.Review} {
		if a := p.call("GET", path, nil); a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s after the erasure: %d %s", path, a.status, a.body)
		}
	}
	if got := p.openReviews(); len(got) > 0 {
		t.Errorf("open reviews %v", got)
	}
	p.await(p.send(victim, "withdrawal"), "delivered") // nothing is known of it
	if v := p.view(kept); v.Status != "delivered" {
		t.Errorf("another number's message: %+v", v)
	}
	wantExit(t, 0, []string{"0 records erased"}, "erase", "--ops", p.ops, "+4915100000000")
	wantExit(t, 2, nil, "erase", "--ops", p.ops, "+4915")
	wantExit(t, 1, []string{"connection refused"}, "erase", "--ops", "http://"+deadAddr(t), victim)
}
