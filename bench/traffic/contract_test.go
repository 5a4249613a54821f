package traffic

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate/fraud/numbering"
	"tollgate/hlr/subscriber"
)

var results = map[string][]string{
	"check":   {"approved", "wrong", "expired"},
	"receipt": {"delivered", "undelivered", "expired", "rejected"},
}

func TestEventsFollowTheContract(t *testing.T) {
	eachKind(t, func(t *testing.T, f *file) {
		sent := map[string]time.Time{}
		var last time.Time
		for i, r := range f.events {
			if r.At.Before(last) {
				t.Fatalf("event %d is at %v, the one before at %v", i, r.At, last)
			}
			last = r.At
			switch r.Event {
			case "send":
				if _, twice := sent[r.ID]; twice || r.ID == "" || r.Tenant == "" || r.Purpose == "" || r.Label == "" || r.To == "" {
					t.Fatalf("event %d: a send without an id of its own, tenant, purpose, number or label: %+v", i, r)
				}
				sent[r.ID] = r.At
			case "check", "receipt":
				at, ok := sent[r.ID]
				if !ok || !slices.Contains(results[r.Event], r.Result) || r.At.Sub(at) > 3*24*time.Hour {
					t.Fatalf("event %d: %+v of a send at %v", i, r, at)
				}
				if r.Result == "approved" && r.At.Sub(at) > 5*time.Minute {
					t.Fatalf("event %d: approved after %v, the code lives five minutes", i, r.At.Sub(at))
				}
			case "identity":
				if r.To == "" || r.Absent && (r.IMSI != "" || r.PLMN != "") {
					t.Fatalf("event %d: %+v", i, r)
				}
			default:
				t.Fatalf("event %d is a %q", i, r.Event)
			}
		}
	})
}

var (
	digits = regexp.MustCompile(`^[0-9]+$`)
	ja4    = regexp.MustCompile(`^t1[23][di]\d{4}(h[12]|00)_[0-9a-f]{12}_[0-9a-f]{12}$`)
)

func TestFieldsAreWellFormed(t *testing.T) {
	eachKind(t, func(t *testing.T, f *file) {
		for i, r := range f.events {
			if r.IMSI != "" && (len(r.IMSI) != 15 || !digits.MatchString(r.IMSI)) {
				t.Fatalf("event %d: IMSI %q", i, r.IMSI)
			}
			for _, id := range []string{r.ICCID, r.IMEI} {
				if id != "" && (!digits.MatchString(id) || luhn([]byte(id[:len(id)-1])) != id[len(id)-1]) {
					t.Fatalf("event %d: %q has a wrong check digit", i, id)
				}
			}
			if r.ICCID != "" && len(r.ICCID) != 19 || r.IMEI != "" && len(r.IMEI) != 15 || r.LAC > 0xffff {
				t.Fatalf("event %d: ICCID %q, IMEI %q, LAC %d", i, r.ICCID, r.IMEI, r.LAC)
			}
			if r.Ported != nil && r.Ported.After(r.At) || r.Recycled != nil && r.Recycled.After(r.At) {
				t.Fatalf("event %d tells of the future: %+v", i, r)
			}
			if c := r.Context; c != nil {
				if a, err := netip.ParseAddr(c.IP); c.IP != "" && (err != nil || !a.IsGlobalUnicast() || a.IsPrivate()) {
					t.Fatalf("event %d: address %q: %v", i, c.IP, err)
				}
				if c.JA4 != "" && !ja4.MatchString(c.JA4) {
					t.Fatalf("event %d: JA4 %q", i, c.JA4)
				}
			}
		}
	})
}

func TestNumbersAreValidMobiles(t *testing.T) {
	eachKind(t, func(t *testing.T, f *file) {
		regions := map[string]bool{}
		bad, dear, voip := 0, 0, 0
		for _, r := range f.events {
			if r.Event != "send" {
				continue
			}
			n, ok := numbering.Classify(subscriber.MSISDN(r.To))
			regions[n.Region] = true
			kind, group, _ := strings.Cut(r.Label, ":")
			switch {
			case kind == "irsf":
				dear++
			case kind == "voip_signup" || group == "voip":
				voip++
				if !ok {
					bad++
				}
			case !ok || !mobile(r.To):
				t.Errorf("%s: %s is no valid mobile number", r.Label, r.To)
			}
		}
		if bad > 0 || dear == 0 || voip == 0 || len(regions) < 30 {
			t.Errorf("%d invalid VoIP numbers, %d dear, %d VoIP, %d regions; want none, some, some, 30 or more", bad, dear, voip, len(regions))
		}
	})
}

func TestNumbersOfABlockArePermuted(t *testing.T) {
	seen := map[int]bool{}
	runs := 0
	for n := range blockSize {
		at := block("+49151234").shuffled(n)
		if at < 0 || at >= blockSize || seen[at] {
			t.Fatalf("shuffled(%d) = %d, out of the block or given twice", n, at)
		}
		seen[at] = true
		if n > 0 && at == block("+49151234").shuffled(n-1)+1 {
			runs++
		}
	}
	if runs > 20 {
		t.Errorf("%d of ten thousand are followed by their next: honest numbers look sequential", runs)
	}
}
