package carrier

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

func TestSourceAddress(t *testing.T) {
	for source, want := range map[string]pdu.Address{
		"Tollgate":      {TON: 5, NPI: 0, Addr: "Tollgate"},
		"1st Bank":      {TON: 5, NPI: 0, Addr: "1st Bank"},
		"12345":         {TON: 3, NPI: 0, Addr: "12345"},
		"+4915112345":   {TON: 1, NPI: 1, Addr: "4915112345"},
		"4915112345678": {TON: 1, NPI: 1, Addr: "4915112345678"},
		"+12345":        {TON: 1, NPI: 1, Addr: "12345"},
		"+":             {TON: 5, NPI: 0, Addr: "+"},
	} {
		if got := sourceAddress(source); got != want {
			t.Errorf("%q: %+v, want %+v", source, got, want)
		}
	}
}

func TestEnvelopeFollowsTheProfile(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	none := byte(0)
	m := &Submission{Source: "12345", Dest: "+491701234567", Expires: now.Add(95 * time.Second)}
	for _, v := range []struct {
		name     string
		cfg      Config
		source   pdu.Address
		validity string
		receipt  byte
	}{
		{"defaults", Config{}, pdu.Address{TON: 3, Addr: "12345"}, "000000000135000R", 1},
		{"absolute", Config{Validity: ValidityAbsolute}, pdu.Address{TON: 3, Addr: "12345"}, "261122120135000+", 1},
		{"no validity, no receipts", Config{Validity: ValidityNone, Registered: &none}, pdu.Address{TON: 3, Addr: "12345"}, "", 0},
		{"short codes 0/1", Config{Addresses: AddressTypes{ShortCode: &AddressType{0, 1}}}, pdu.Address{TON: 0, NPI: 1, Addr: "12345"}, "000000000135000R", 1},
	} {
		c := &Carrier{cfg: v.cfg.withDefaults()}
		p, err := c.envelope(m, now)
		if err != nil || p.Source != v.source || p.ValidityPeriod != v.validity || p.RegisteredDelivery != v.receipt {
			t.Errorf("%s: source %+v, validity %q, registered %d, %v", v.name, p.Source, p.ValidityPeriod, p.RegisteredDelivery, err)
		}
	}
	c := &Carrier{cfg: Config{}.withDefaults()}
	if _, err := c.envelope(m, m.Expires.Add(-999*time.Millisecond)); !errors.Is(err, ErrExpired) {
		t.Errorf("less than a second left: %v, want ErrExpired", err)
	}
}

// TestRetryTable holds what the table must say whatever else is tuned.
func TestRetryTable(t *testing.T) {
	var cfg Config
	for _, v := range []struct {
		status                           pdu.Status
		final, here, elsewhere, slowDown bool
	}{
		{pdu.ESME_RTHROTTLED, false, true, true, true},
		{pdu.ESME_RMSGQFUL, false, true, true, true},
		{pdu.ESME_RSYSERR, false, true, true, false},
		{pdu.ESME_RX_T_APPN, false, true, true, false},
		{pdu.ESME_RINVDSTADR, true, false, false, false},
		{pdu.ESME_RX_R_APPN, true, false, false, false},
		{pdu.ESME_RINVSRCADR, false, false, true, false},
		{0x0000040A, false, false, true, false}, // a vendor's
		{0xFFFFFFFF, false, false, true, false},
	} {
		got := cfg.rule(v.status)
		if got.Final != v.final || got.RetryHere != v.here || got.Elsewhere != v.elsewhere || got.SlowDown != v.slowDown {
			t.Errorf("%s: %+v", v.status, got)
		}
		if slow := got.Rate > 0; slow != v.slowDown {
			t.Errorf("%s: the link slows down: %v", v.status, slow)
		}
	}
	for status, v := range retryOn {
		if v.Final && (v.RetryHere || v.Elsewhere) {
			t.Errorf("%s is final and is not", status)
		}
		if v.RetryHere && !v.SlowDown && (v.Tries == 0 || v.Wait == 0) {
			t.Errorf("%s is retried without a bound", status)
		}
	}
}

func TestStatusLabelIsAClosedSet(t *testing.T) {
	labels := map[string]bool{}
	for status := pdu.Status(0); status < 1<<16; status++ {
		labels[statusLabel(status)] = true
	}
	labels[statusLabel(0xDEADBEEF)] = true
	if len(labels) > 400 {
		t.Errorf("%d labels", len(labels))
	}
	if got := statusLabel(0x410); got != "0x00000410" {
		t.Errorf("a vendor's status is labelled %q", got)
	}
}

func TestBackOffIsJittered(t *testing.T) {
	b := backoff{min: time.Second, max: time.Minute}
	err := fmt.Errorf("bind: %w", &session.BindError{Status: pdu.ESME_RSYSERR})
	for i := range 20 {
		want := min(time.Second<<i, time.Minute)
		lo, hi := b, b
		if got := lo.after(err, 0); got != want/2 {
			t.Errorf("attempt %d: least wait %s, want %s", i, got, want/2)
		}
		if got := hi.after(err, 0.999); got <= want*9/10 || got > want {
			t.Errorf("attempt %d: longest wait %s, want about %s", i, got, want)
		}
		b = lo
		if want == time.Minute {
			break
		}
	}
	b.reset()
	if got := b.after(errors.New("lost"), 0); got != 500*time.Millisecond {
		t.Errorf("after a bind that held: %s", got)
	}
}

// TestRetryTableIsDocumented: QUIRKS.md has a row for each status that the table has,
// and for no other.
func TestRetryTableIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../QUIRKS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "\n## Retry table")
	rows := regexp.MustCompile(`(?m)^\| (ESME_\w+) (0x\w+) \|`).FindAllStringSubmatch(table, -1)
	if !found || len(rows) != len(retryOn) {
		t.Errorf("%d rows for %d statuses", len(rows), len(retryOn))
	}
	for _, row := range rows {
		status, err := parseStatus(row[1])
		if number, _ := parseStatus(row[2]); err != nil || number != status {
			t.Errorf("%s is not %s: %v", row[1], row[2], err)
		}
		if _, listed := retryOn[status]; !listed {
			t.Errorf("%s has no row in the table of the code", row[1])
		}
	}
}
