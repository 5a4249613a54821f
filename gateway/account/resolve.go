package account

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
)

// What a person may say of a review.
const (
	ConfirmNewSIM = "confirm_new_sim" // the subscriber has a new SIM: what changed is right
	Fraud         = "fraud"           // it was an attack: the number stays held
	FalseAlarm    = "false_alarm"     // nothing was wrong
)

// Resolutions lists what a review may be resolved as.
func Resolutions() []string { return []string{ConfirmNewSIM, Fraud, FalseAlarm} }

// maxNote is the longest note, in octets.
const maxNote = 2000

// What Resolve refuses, besides a *ResolutionError.
var (
	// ErrResolved: the review was resolved before. Only a review resolved as
	// fraud can be resolved once more, to let the number go.
	ErrResolved = errors.New("the review is resolved already; only one resolved as fraud can be resolved again, as false_alarm or confirm_new_sim")
	ErrNote     = fmt.Errorf("the note is longer than %d octets; shorten it", maxNote)
)

// ResolutionError is a resolution that does not exist.
type ResolutionError struct{ Resolution string }

func (e *ResolutionError) Error() string {
	return fmt.Sprintf("unknown resolution %q; use one of %s", e.Resolution, strings.Join(Resolutions(), ", "))
}

// Resolution is one person's answer to a review.
type Resolution struct {
	As   string // one of Resolutions
	Note string
	By   string // "tenant" or "ops"
	At   time.Time
}

// Resolve answers a review and changes r, ns and as, which the caller commits
// together. ns is the state of the review's tenant and number, as that of its
// account, nil when the review names none; id is the network's identity of
// record of the number, nil when there is none.
//
//   - confirm_new_sim and false_alarm lift the hold that this review opened;
//     a hold that another review opened stays. A lifted lock forgets the
//     wrong codes. The changes that the review could see count no more.
//   - fraud keeps the hold and marks it CONFIRMED_FRAUD; a review that held
//     nothing (the policy said review) now freezes the number, unless another
//     review froze it before. The account is held like
//     the number, but for a lock.
//
// A review resolved as fraud can be resolved once more to lift the hold. A
// lock says nothing about the SIM: false_alarm on one acknowledges no change,
// confirm_new_sim does.
func Resolve(r *store.Review, ns *store.NumberState, as *store.AccountState, id *store.Identity, res Resolution) error {
	switch {
	case res.As != ConfirmNewSIM && res.As != Fraud && res.As != FalseAlarm:
		return &ResolutionError{res.As}
	case len(res.Note) > maxNote:
		return ErrNote
	case !r.Open() && (r.Resolution != Fraud || res.As == Fraud):
		return ErrResolved
	}
	if res.As == Fraud {
		confirmFraud(r, ns, as, res.At)
	} else {
		lift(r, ns, as)
		if r.Kind != store.ReviewLock || res.As == ConfirmNewSIM {
			acknowledge(r, ns, id, res.At)
		}
	}
	r.Resolution, r.Note, r.By, r.ResolvedAt = res.As, res.Note, res.By, res.At
	return nil
}

func lift(r *store.Review, ns *store.NumberState, as *store.AccountState) {
	if as != nil && as.Freeze != nil && as.Freeze.Review == r.ID {
		as.Freeze = nil
	}
	if ns.Freeze != nil && ns.Freeze.Review == r.ID {
		ns.Freeze = nil
	}
	if ns.Lock != nil && ns.Lock.Review == r.ID {
		ns.Lock = nil
		ns.Wrong = nil
		// The cool-down of the last wrong code would outlive the lock.
		ns.Cooldown, ns.CooldownSend = nil, nil
	}
}

func confirmFraud(r *store.Review, ns *store.NumberState, as *store.AccountState, at time.Time) {
	evidence := fmt.Sprintf("review resolved as fraud on %s", at.UTC().Format(time.DateOnly))
	mark := func(h *store.Hold) *store.Hold {
		marked := *h
		marked.Decision.Kind = fraud.Review
		marked.Decision.Reasons = withReason(h.Decision.Reasons, ReasonConfirmedFraud, evidence)
		return &marked
	}
	switch {
	case as == nil || r.Kind == store.ReviewLock: // a lock says nothing of the account's other numbers
	case as.Freeze == nil:
		as.Freeze = mark(&store.Hold{Review: r.ID, At: at, Decision: r.Decision})
	case as.Freeze.Review == r.ID:
		as.Freeze = mark(as.Freeze)
	}
	switch {
	case ns.Lock != nil && ns.Lock.Review == r.ID:
		ns.Lock = mark(ns.Lock)
	case ns.Freeze != nil && ns.Freeze.Review == r.ID:
		ns.Freeze = mark(ns.Freeze)
	case ns.Freeze == nil:
		ns.Freeze = mark(&store.Hold{Review: r.ID, At: at, Decision: r.Decision})
	}
}
