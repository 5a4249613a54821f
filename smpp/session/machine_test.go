package session

import (
	"errors"
	"testing"
	"time"
)

func testMachine() machine {
	c := Config{InactivityTimeout: 100 * time.Second}.withDefaults()
	return newMachine(&c)
}

// wantStep checks one tick and that the deadline told before it was honest: a
// step never comes before the moment that next gave.
func wantStep(t *testing.T, m *machine, now time.Duration, busy bool, want step, wantErr error) {
	t.Helper()
	next := m.next()
	got, err := m.tick(now, busy)
	if got != want || !errors.Is(err, wantErr) {
		t.Fatalf("at %s in %s: tick = %d, %v; want %d, %v", now, m.state, got, err, want, wantErr)
	}
	if want != stepNone && now < next && m.state != Unbinding && m.state != PeerUnbinding {
		t.Fatalf("at %s: step %d came before the deadline %s", now, got, next)
	}
}

func TestMachineBindTimeout(t *testing.T) {
	m := testMachine()
	wantStep(t, &m, 4999*time.Millisecond, false, stepNone, nil)
	wantStep(t, &m, 5*time.Second, false, stepClose, ErrBindTimeout)
}

func TestMachineKeepAlive(t *testing.T) {
	m := testMachine()
	m.bound(time.Second, Transceiver)
	wantStep(t, &m, 30*time.Second, false, stepNone, nil)
	wantStep(t, &m, 31*time.Second, false, stepEnquire, nil)
	wantStep(t, &m, 31*time.Second, false, stepNone, nil)
	m.answered()
	m.hear(32*time.Second, true)
	wantStep(t, &m, 61*time.Second, false, stepNone, nil)
	wantStep(t, &m, 62*time.Second, false, stepEnquire, nil)
	if got, want := m.next(), 72*time.Second; got != want {
		t.Errorf("next = %s, want the end of the wait at %s", got, want)
	}
	wantStep(t, &m, 72*time.Second, false, stepClose, ErrPeerSilent)
}

func TestMachineTrafficKeepsAlive(t *testing.T) {
	m := testMachine()
	m.bound(0, Transceiver)
	wantStep(t, &m, 30*time.Second, false, stepEnquire, nil)
	m.hear(35*time.Second, false) // not the enquire_link_resp, but a sign of life
	wantStep(t, &m, 40*time.Second, false, stepNone, nil)
	wantStep(t, &m, 64*time.Second, false, stepNone, nil)
	wantStep(t, &m, 65*time.Second, false, stepEnquire, nil)
}

func TestMachineInactivity(t *testing.T) {
	m := testMachine()
	m.bound(0, Transceiver)
	for at := 20 * time.Second; at < 100*time.Second; at += 20 * time.Second {
		m.hear(at, true)
		wantStep(t, &m, at, false, stepNone, nil)
	}
	wantStep(t, &m, 100*time.Second, false, stepClose, ErrInactive)
}

func TestMachineUnbindWaitsForWhatIsUnderWay(t *testing.T) {
	m := testMachine()
	m.bound(0, Transceiver)
	m.unbind(time.Second)
	wantStep(t, &m, time.Second, true, stepNone, nil)
	wantStep(t, &m, 2*time.Second, false, stepUnbind, nil)
	wantStep(t, &m, 11*time.Second, false, stepNone, nil)
	wantStep(t, &m, 12*time.Second, false, stepClose, ErrUnbindTimeout)
}

func TestMachineUnbindDoesNotWaitForEver(t *testing.T) {
	m := testMachine()
	m.bound(0, Transceiver)
	m.unbind(time.Second)
	wantStep(t, &m, 3*time.Second, true, stepUnbind, nil)
}

func TestMachinePeerUnbind(t *testing.T) {
	m := testMachine()
	m.bound(0, Transceiver)
	m.peerUnbound(time.Second)
	wantStep(t, &m, time.Second, true, stepNone, nil)
	wantStep(t, &m, 3*time.Second, true, stepAnswerUnbind, nil)
	wantStep(t, &m, 3*time.Second, false, stepNone, nil) // once only
	if m.next() != never {
		t.Errorf("next = %s after the answer, want never", m.next())
	}
}
