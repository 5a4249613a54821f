// Package storetest is the suite that every engine of gateway/store passes.
package storetest

import (
	"context"
	"iter"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// Opener makes an empty store for one test. reopen closes it and opens the
// same data again; what it returns replaces the former one. The opener sees to
// it that the last one is closed.
type Opener func(t *testing.T) (s store.Store, reopen func() store.Store)

// Run runs the whole suite but for what needs a rotation of keys.
func Run(t *testing.T, open Opener) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Opener)
	}{
		{"RoundTrip", testRoundTrip},
		{"NotFound", testNotFound},
		{"LaterDelivery", testLaterDelivery},
		{"LastPutCounts", testLastPutCounts},
		{"Conflict", testConflict},
		{"NoRevision", testNoRevision},
		{"Increments", testIncrements},
		{"ConcurrentCommits", testConcurrentCommits},
		{"ReadYourWrites", testReadYourWrites},
		{"WriteSurvivesClose", testWriteSurvivesClose},
		{"EndedContext", testEndedContext},
		{"Closed", testClosed},
		{"Claim", testClaim},
		{"ClaimRace", testClaimRace},
		{"AnswerExpires", testAnswerExpires},
		{"Reviews", testReviews},
		{"ReviewPages", testReviewPages},
		{"OpenOrder", testOpenOrder},
		{"TerminalErasesContent", testTerminalErasesContent},
		{"RejectedAtOnce", testRejectedAtOnce},
		{"LateContent", testLateContent},
		{"CloseInsideOpen", testCloseInsideOpen},
		{"Expire", testExpire},
		{"ExpireKeepsWhatIsBetween", testExpireBetween},
		{"RefusedSends", testRefused},
		{"Retention", testRetention},
		{"Erase", testErase},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

// twice yields the store as it is, then opened again.
func twice(s store.Store, reopen func() store.Store) iter.Seq[store.Store] {
	return func(yield func(store.Store) bool) {
		if yield(s) {
			yield(reopen())
		}
	}
}

// base is when every test begins.
var base = time.Date(2026, 5, 17, 10, 30, 0, 123456789, time.UTC)

func ctx(t *testing.T) context.Context { return t.Context() }

func commit(t *testing.T, s store.Store, tx *store.Tx) {
	t.Helper()
	if err := s.Commit(t.Context(), tx); err != nil {
		t.Fatalf("Commit: %v", err)
	}
}

func write(t *testing.T, s store.Store, tx *store.Tx) {
	t.Helper()
	if err := s.Write(tx); err != nil {
		t.Fatalf("Write: %v", err)
	}
}

// must returns v, or ends the test.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatalf("%T: %v", v, err)
	}
	return v
}
