package smsc

import (
	"math"
	"strings"
	"sync"

	"tollgate/smpp/pdu"
)

// Kinds of what a script puts in force: one step of each at a time.
const (
	forceAnswer = iota
	forceDelay
	forceReceipt
	forceFault
	forceBinds
	forces
)

// force is a step in force: for so many more, until a time, or for good.
type force struct {
	step  *Step
	left  int   // math.MaxInt: no limit
	until int64 // math.MaxInt64: no limit
}

// script is how far the script of a server has come.
type script struct {
	s     *Server
	steps []Step

	mu    sync.Mutex
	at    int // the step that is waited for
	count int // of what its condition counts
	force [forces]force
	storm int    // binds still to unbind as soon as they come
	hang  uint32 // counts hangs, so that the end of one does not end the next
}

// fired is a step whose turn has come, for the work that is done without
// script.mu.
type fired struct {
	index int
	step  *Step
}

// begin starts the script with the server.
func (sc *script) begin() {
	sc.mu.Lock()
	due := sc.advance(nil)
	sc.mu.Unlock()
	sc.act(nil, due, nil)
}

// met counts what happened and takes the steps whose turn has come with it.
// happened says whether it is what a condition counts, and how many it wants.
func (sc *script) met(c *conn, t *touched, happened func(*When) (wants int)) {
	sc.mu.Lock()
	var due []fired
	if sc.at < len(sc.steps) {
		if wants := happened(&sc.steps[sc.at].When); wants > 0 {
			sc.count++
			if sc.count >= wants {
				due = sc.advance(sc.take(nil))
			}
		}
	}
	sc.mu.Unlock()
	sc.act(c, due, t)
}

// timeout takes the step that waited for its time.
func (sc *script) timeout(index int, t *touched) {
	sc.mu.Lock()
	var due []fired
	if index == sc.at {
		due = sc.advance(sc.take(nil))
	}
	sc.mu.Unlock()
	sc.act(nil, due, t)
}

// advance takes the steps without a condition that follow and begins to wait
// for the next one.
func (sc *script) advance(due []fired) []fired {
	for sc.at < len(sc.steps) && sc.steps[sc.at].When == (When{}) {
		due = sc.take(due)
	}
	if sc.at < len(sc.steps) {
		if d := sc.steps[sc.at].When.After; d > 0 {
			sc.s.after(d, event{what: evScript, seq: uint32(sc.at)})
		}
	}
	return due
}

// take puts the step in force that is waited for.
func (sc *script) take(due []fired) []fired {
	st := &sc.steps[sc.at]
	due = append(due, fired{sc.at, st})
	sc.at++
	sc.count = 0
	f := force{step: st, left: math.MaxInt, until: sc.s.until(st)}
	if st.Next > 0 {
		f.left = st.Next
	}
	switch st.Do {
	case DoAnswer, DoThrottle:
		sc.force[forceAnswer] = f
	case DoDelay:
		sc.force[forceDelay] = f
	case DoReceipt:
		sc.force[forceReceipt] = f
	case DoFault:
		sc.force[forceFault] = f
	case DoRefuseBinds:
		sc.force[forceBinds] = f
	case DoResume:
		sc.force, sc.storm = [forces]force{}, 0
	}
	return due
}

// until is when a step ends that lasts for a time.
func (s *Server) until(st *Step) int64 {
	if st.For == 0 {
		return math.MaxInt64
	}
	return s.now() + int64(st.For)
}

// use returns the step of a kind that is in force, if any, and counts it; with
// sc.mu held.
func (sc *script) use(kind int, now int64) *Step {
	f := &sc.force[kind]
	if f.step == nil || f.left == 0 || now >= f.until {
		return nil
	}
	f.left--
	return f.step
}

// submitting is called before a submit_sm is decided, and changes its fate.
func (sc *script) submitting(c *conn, dest string, f *fate) {
	sc.met(c, &c.touched, func(w *When) int {
		if w.To != "" && strings.HasPrefix(strings.TrimPrefix(dest, "+"), strings.TrimPrefix(w.To, "+")) {
			return 1
		}
		return 0
	})
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if st := sc.use(forceAnswer, c.now); st != nil {
		f.status = st.status(pdu.ESME_RTHROTTLED)
	}
	if st := sc.use(forceDelay, c.now); st != nil {
		f.response += st.By
	}
	if st := sc.use(forceFault, c.now); st != nil {
		f.faults |= faultNames[st.Fault]
	}
	if st := sc.use(forceReceipt, c.now); st != nil {
		st.tell(f)
	}
}

// submitted is called after it was decided.
func (sc *script) submitted(c *conn) {
	sc.met(c, &c.touched, func(w *When) int { return w.Submits })
}

// bound is called after a bind was accepted.
func (sc *script) bound(c *conn) {
	sc.mu.Lock()
	leave := sc.storm > 0
	if leave {
		sc.storm--
	}
	sc.mu.Unlock()
	if leave {
		c.unbind(&c.touched)
	}
	sc.met(c, &c.touched, func(w *When) int { return w.Bind })
}

// refusal is the status of a bind that the script refuses.
func (sc *script) refusal(now int64) pdu.Status {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if st := sc.use(forceBinds, now); st != nil {
		return st.status(pdu.ESME_RBINDFAIL)
	}
	return pdu.ESME_ROK
}

func (st *Step) status(otherwise pdu.Status) pdu.Status {
	if st.Status != 0 {
		return pdu.Status(st.Status)
	}
	return otherwise
}

// tell makes the receipt of a message lie.
func (st *Step) tell(f *fate) {
	if st.Stat != "" {
		f.stat, f.err = ReceiptRate{Stat: st.Stat}.outcome()
	}
	if st.Err != "" {
		f.err = st.Err
	}
	if st.ID != "" {
		f.idForm = st.ID
	}
	f.twice = f.twice || st.Twice
	f.early = f.early || st.Early
	f.noReceipt = f.noReceipt || st.Lost
}
