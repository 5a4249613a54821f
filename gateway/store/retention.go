package store

import "time"

// Retention says how long each class of record is kept behind its end, or
// behind the last time that anything happened to it. Zero keeps for ever.
type Retention struct {
	Messages   time.Duration // behind their terminal state, with their challenges
	Refusals   time.Duration // refused sends, behind their request
	Reviews    time.Duration // behind their resolution
	Numbers    time.Duration // what tenant and number have been through
	Identities time.Duration // identity of record, behind the last time that it was told
}

// Outlived says that nothing has happened to the number for so long that the
// record may go. What holds a number, or has opted it out, stays.
func (s *NumberState) Outlived(before time.Time) bool {
	if s.Freeze != nil || s.Lock != nil || !s.OptedOut.IsZero() {
		return false
	}
	last := s.FirstSeen
	touch := func(at time.Time) {
		if at.After(last) {
			last = at
		}
	}
	touch(s.VerifiedAt)
	touch(s.AcknowledgedAt)
	for _, at := range s.Wrong {
		touch(at)
	}
	for _, until := range s.Cooldown {
		touch(until)
	}
	if !s.OpenReview.IsZero() {
		touch(s.OpenReview.Time())
	}
	return !last.IsZero() && last.Before(before)
}

// Outlived says that no source has told of the number since.
func (v *Identity) Outlived(before time.Time) bool {
	var last time.Time
	for i := range v.Record {
		for _, at := range []time.Time{v.Record[i].FirstSeen, v.Record[i].LastSeen, v.Record[i].AbsentSince, v.Record[i].Seen.Location, v.Record[i].Seen.IMEI} {
			if at.After(last) {
				last = at
			}
		}
	}
	return !last.IsZero() && last.Before(before)
}

// Outlived says that the review was resolved before, and that nothing rests on
// it: one resolved as fraud still holds its number.
func (r *Review) Outlived(before time.Time) bool {
	return !r.Open() && r.Resolution != "fraud" && r.ResolvedAt.Before(before)
}

// Outlived says that nothing holds the account: the record is empty.
func (s *AccountState) Outlived() bool { return s.Freeze == nil }
