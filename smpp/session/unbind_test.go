package session

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
)

// slow answers after d.
func slow(d time.Duration) func(*Session, pdu.Header, []byte) {
	return func(s *Session, h pdu.Header, _ []byte) {
		time.AfterFunc(d, func() { _ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "x"}, 0) })
	}
}

func TestUnbindDrainsOurs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{}, Config{}, ignore, slow(time.Second))
		var got, refused outcomes
		_ = p.esme.Submit(sms(), &got)
		done := make(chan error, 1)
		go func() { done <- p.esme.Unbind(t.Context()) }()
		synctest.Wait()
		if err := p.esme.Submit(sms(), &refused); err != ErrClosing {
			t.Errorf("submit while draining: %v, want ErrClosing", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Unbind = %v", err)
		}
		if o := got.all(); len(o) != 1 || o[0].Err != nil {
			t.Errorf("request under way: %v, want its response", o)
		}
		<-p.smsc.Done()
	})
}

func TestPeerUnbindDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{}, Config{}, ignore, slow(time.Second))
		var got outcomes
		_ = p.esme.Submit(sms(), &got)
		synctest.Wait()
		// The SMSC owes a response, and waits for it itself before it unbinds.
		if err := p.smsc.Unbind(t.Context()); err != nil {
			t.Errorf("SMSC Unbind = %v", err)
		}
		<-p.esme.Done()
		if err := p.esme.Err(); !errors.Is(err, ErrPeerUnbound) {
			t.Errorf("ESME ended with %v, want ErrPeerUnbound", err)
		}
		if o := got.all(); len(o) != 1 || o[0].Err != nil {
			t.Errorf("request under way: %v, want its response", o)
		}
	})
}

func TestUnbindIsNotHeldByAPeerThatOwesResponses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{DrainTimeout: 2 * time.Second}, Config{DrainTimeout: time.Second}, ignore, ignore)
		var got outcomes
		_ = p.esme.Submit(sms(), &got)
		began := time.Now()
		if err := p.esme.Unbind(t.Context()); err != nil {
			t.Errorf("Unbind = %v", err)
		}
		if d := time.Since(began); d != 3*time.Second { // our drain, then theirs
			t.Errorf("Unbind took %s, want 3s", d)
		}
		if o := got.all(); len(o) != 1 || !errors.Is(o[0].Err, ErrLost) {
			t.Errorf("request under way: %v, want ErrLost", o)
		}
		<-p.smsc.Done()
	})
}
