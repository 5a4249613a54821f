package account

import (
	"fmt"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// Reasons that a hold adds to the decision it repeats.
const (
	ReasonWrongCodes     = "TOO_MANY_WRONG_CODES"
	ReasonConfirmedFraud = "CONFIRMED_FRAUD"
)

// Opening is what a new review is about.
type Opening struct {
	ID        store.ID // made with store.NewID for To
	Kind      store.ReviewKind
	Tenant    string
	To        subscriber.MSISDN
	AccountID string
	Purpose   string
	Decision  fraud.Decision
	Facts     []byte // that were decided on
	At        time.Time
}

// OpenReview makes the record of a new review, ready to be put (Rev 1).
func OpenReview(o Opening) *store.Review {
	return &store.Review{
		ID: o.ID, Rev: 1, Tenant: o.Tenant, To: o.To, AccountID: o.AccountID, Purpose: o.Purpose,
		Kind: o.Kind, Decision: o.Decision, Facts: o.Facts, OpenedAt: o.At,
	}
}

// Freeze holds the number of ns with a freeze review. It returns false and
// changes nothing when the number is frozen already: then the first review
// stands and the new one must not be stored.
func Freeze(ns *store.NumberState, r *store.Review) bool {
	if ns.Freeze != nil {
		return false
	}
	ns.Freeze = holdOf(r)
	return true
}

// FreezeAccount holds an account with the review of one of its numbers. The
// first review stands, as with Freeze.
func FreezeAccount(as *store.AccountState, r *store.Review) bool {
	if as.Freeze != nil {
		return false
	}
	as.Freeze = holdOf(r)
	return true
}

// Lock holds the number of ns with a lock review. Like Freeze it changes
// nothing when a lock is there already.
func Lock(ns *store.NumberState, r *store.Review) bool {
	if ns.Lock != nil {
		return false
	}
	ns.Lock = holdOf(r)
	return true
}

func holdOf(r *store.Review) *store.Hold {
	return &store.Hold{Review: r.ID, At: r.OpenedAt, Decision: r.Decision}
}

// LockDecision is the decision that a lock repeats in every 423: that of the
// send whose code was being guessed, made a review by rule. The score stays
// the policy's own, since a rule never sets it.
func LockDecision(sent fraud.Decision, wrong int, window time.Duration) fraud.Decision {
	d := sent
	d.Kind, d.Rule, d.Refusal, d.Observed, d.Freeze = fraud.Review, "lock", "", "", false
	d.Reasons = withReason(sent.Reasons, ReasonWrongCodes, fmt.Sprintf("%d wrong codes within %s", wrong, words(window)))
	return d
}

// words prints the usual windows as a person says them.
func words(d time.Duration) string {
	switch {
	case d == time.Hour:
		return "an hour"
	case d%time.Hour == 0:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return d.String()
}

// withReason puts a reason in front of the others, in a slice of its own, and
// only once.
func withReason(rs []fraud.Reason, code, evidence string) []fraud.Reason {
	out := make([]fraud.Reason, 0, len(rs)+1)
	out = append(out, fraud.Reason{Code: code, Evidence: evidence})
	for _, r := range rs {
		if r.Code != code {
			out = append(out, r)
		}
	}
	return out
}
