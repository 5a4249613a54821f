package gateway

import (
	"context"
	"strings"
	"testing"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

func (r *rig) text(to, text string) (*Accepted, error) {
	return r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindText, To: to, Text: text})
}

func (r *rig) textEnded(id store.ID) *View {
	r.t.Helper()
	var v *View
	r.until("the text has ended", func() bool {
		var err error
		v, err = r.View(context.Background(), r.tenant, id, store.KindText)
		must(r.t, err)
		return v.Delivery.Status.Terminal()
	})
	return v
}

// TestWrittenAnewForTheNextCarrier: the first carrier refuses; the second has another
// alphabet and another way to join segments.
func TestWrittenAnewForTheNextCarrier(t *testing.T) {
	refusing := refusing(pdu.ESME_RINVSRCADR)
	refusing.Alphabet = "latin1"
	r := newRig(t, rigOptions{
		sims: map[string]*smsc.Profile{"a": &refusing, "b": {Alphabet: "gsm7-packed"}},
		carrier: func(name string) carrier.Config {
			if name == "a" {
				return carrier.Config{Alphabet: coding.AlphabetLatin1, Coding: coding.Options{Concat: coding.SAR}}
			}
			return carrier.Config{Alphabet: coding.AlphabetGSM7Packed}
		},
	})
	r.until("both binds stand", func() bool { return r.carriers[0].Health().Up && r.carriers[1].Health().Up })
	text := strings.Repeat("Grüße @ £5 ", 20)
	failedOver := false
	for i := 0; i < 20 && !failedOver; i++ {
		sent, err := r.text(handset, text)
		must(t, err)
		v := r.textEnded(sent.ID)
		if v.Delivery.Status != store.Delivered || v.Delivery.Carrier != "b" {
			t.Fatalf("ended as %v at %s: %v", v.Delivery.Status, v.Delivery.Carrier, v.Delivery.Timeline)
		}
		failedOver = v.Delivery.Attempts > 1
	}
	if !failedOver {
		t.Fatal("no message began at the refusing carrier")
	}
	for _, m := range r.sims["b"].Inbox() {
		if m.Text != text {
			t.Errorf("the handset shows %q", m.Text)
		}
	}
}

// TestOnlyCarriersThatCanWriteIt: a text is sent where it can be written, and refused
// only when that is nowhere.
func TestOnlyCarriersThatCanWriteIt(t *testing.T) {
	able := true
	r := newRig(t, rigOptions{
		sims: map[string]*smsc.Profile{"a": {}, "b": {}},
		carrier: func(name string) carrier.Config {
			return carrier.Config{Coding: coding.Options{NoUCS2: name == "a" || !able}}
		},
	})
	for range 8 {
		sent, err := r.text(handset, "Ваш код")
		must(t, err)
		if v := r.textEnded(sent.ID); v.Delivery.Status != store.Delivered || v.Delivery.Carrier != "b" || v.Delivery.Attempts != 1 {
			t.Fatalf("ended as %v at %s after %d attempts", v.Delivery.Status, v.Delivery.Carrier, v.Delivery.Attempts)
		}
	}
	if _, err := r.text(handset, strings.Repeat("я", 70*7)); !isRefusal(err, CodeTextTooLong) && !isRefusal(err, CodeTextNotEncodable) {
		t.Errorf("a text too long for b and with letters that a lacks: %v", err)
	}
	able = false
	r.crash()
	r.start()
	if _, err := r.text(handset, "Ваш код"); !isRefusal(err, CodeTextNotEncodable) {
		t.Errorf("a text that no carrier can write: %v", err)
	}
}

// TestFullQueueGoesElsewhere: a carrier whose queue stays full loses the message to one
// that is up, and keeps it when there is none.
func TestFullQueueGoesElsewhere(t *testing.T) {
	full := refusing(pdu.ESME_RMSGQFUL)
	r := newRig(t, rigOptions{
		sims: map[string]*smsc.Profile{"a": &full, "b": {}},
		carrier: func(string) carrier.Config {
			return carrier.Config{Statuses: map[pdu.Status]carrier.Rule{pdu.ESME_RMSGQFUL: {
				Verdict: carrier.Verdict{RetryHere: true, Tries: 2, Elsewhere: true, SlowDown: true, Wait: 1}, Rate: 0.95,
			}}}
		},
	})
	r.until("both binds stand", func() bool { return r.carriers[0].Health().Up && r.carriers[1].Health().Up })
	for i := 0; ; i++ {
		sent, err := r.text(handset, "x")
		must(t, err)
		v := r.textEnded(sent.ID)
		if v.Delivery.Status != store.Delivered || v.Delivery.Carrier != "b" {
			t.Fatalf("ended as %v at %s: %v", v.Delivery.Status, v.Delivery.Carrier, v.Delivery.Timeline)
		}
		if n := v.Delivery.Attempts; n == 4 {
			return
		} else if n != 1 || i > 20 {
			t.Fatalf("%d attempts; want three at the full carrier and one elsewhere", n)
		}
	}
}
