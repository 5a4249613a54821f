package hlr

import "time"

// Record is the identity of record of a number: what each source has told of
// it, apart. One source is never compared with another one's past: two network
// elements may name the same SIM, its VLR or its cell in ways of their own, and
// when the first in priority is down, the next one's answer is no swap.
type Record []SourceHistory

// SourceHistory is what one source has told.
type SourceHistory struct {
	Source string // the provider's name
	History
}

// Observe folds what each source of an answer tells into its own history; see
// the function Observe. The result shares nothing with r that changes; store
// says whether it differs enough to be written.
func (r Record) Observe(a *Answer, now time.Time, ob Observer) (next Record, store bool) {
	next = r
	for i := range a.Sources {
		if a.Sources[i].Fields&(FieldIdentity|FieldIMEI|FieldPlace) == 0 {
			continue
		}
		h, changed := Observe(next.of(a.Sources[i].Provider), a.from(i), now, ob)
		if changed {
			next, store = next.with(a.Sources[i].Provider, h), true
		}
	}
	return next, store
}

// of is a source's history, zero when it has told nothing yet. One that was
// written before sources were kept apart belongs to whichever tells first.
func (r Record) of(source string) History {
	former := History{}
	for i := range r {
		switch r[i].Source {
		case source:
			return r[i].History
		case "":
			former = r[i].History
		}
	}
	return former
}

// Former is where a history without a source is read into.
func (r *Record) Former() *History {
	for i := range *r {
		if (*r)[i].Source == "" {
			return &(*r)[i].History
		}
	}
	*r = append(*r, SourceHistory{})
	return &(*r)[len(*r)-1].History
}

// maxSources bounds a record. Sources that are configured no more leave first.
const maxSources = 8

func (r Record) with(source string, h History) Record {
	next := make(Record, 0, len(r)+1)
	for _, s := range r {
		if s.Source != source && s.Source != "" {
			next = append(next, s)
		}
	}
	next = append(next, SourceHistory{source, h}) // the latest told last
	return next[max(0, len(next)-maxSources):]
}

// Known says that some source saw a SIM behind the number.
func (r Record) Known() bool {
	for i := range r {
		if r[i].Known() {
			return true
		}
	}
	return false
}

// SIM is the one of record and the source that told it: of the source that told
// last. It is zero when none has told.
func (r Record) SIM() (sim SIM, source string) {
	for i := range r {
		if h := &r[i]; h.LastSeen.After(sim.SeenAt) {
			sim, source = SIM{IMSI: h.IMSI, ICCID: h.ICCID, SeenAt: h.LastSeen}, h.Source
		}
	}
	return sim, source
}

// Knew says that one source saw a SIM behind the number.
func (r Record) Knew(source string) bool {
	h := r.of(source)
	return h.Known()
}

// Vanished says that a source knew the number before and does not now.
func (r Record) Vanished() bool {
	for i := range r {
		if r[i].Known() && r[i].Vanished() {
			return true
		}
	}
	return false
}

// Change is the age at now of the newest change of any fact in f after ackAt,
// whichever source told it.
func (r Record) Change(f Field, now, ackAt time.Time) (min, max time.Duration, ok bool) {
	for i := range r {
		lo, hi, changed := r[i].Change(f, now, ackAt)
		if changed && (!ok || lo < min) {
			min, max, ok = lo, hi, true
		}
	}
	return min, max, ok
}

// Sudden says that within the last day, and after ackAt, a source saw the
// subscriber served at a place that could not be reached in the time.
func (r Record) Sudden(now, ackAt time.Time) bool {
	for i := range r {
		if r[i].Sudden(now, ackAt) {
			return true
		}
	}
	return false
}

// VanishedBefore says that a source had stopped knowing the number right
// before its newest SIM after ackAt came.
func (r Record) VanishedBefore(ackAt time.Time) bool {
	for i := range r {
		if r[i].VanishedBefore(ackAt) {
			return true
		}
	}
	return false
}

// from is the answer as one of its sources gave it. An answer that was made by
// hand has no sources of which more is known.
func (a *Answer) from(i int) *Answer {
	s := &a.Sources[i]
	if s.told == nil {
		return a
	}
	one := &Answer{Asked: s.Asked, Known: s.Fields, Sources: a.Sources[i : i+1 : i+1]}
	for _, f := range s.Fields.Each() {
		if f != FieldICCID || !s.told.sub.Absent {
			one.take(&s.told.sub, f)
		}
	}
	one.IdentityAt, one.IdentityDone = s.told.at, s.told.at.Add(s.told.took)
	return one
}

// Disputed is the set of facts on which sources of the answer contradict each
// other.
func (a *Answer) Disputed() (f Field) {
	for i := range a.Sources {
		f |= a.Sources[i].Conflict
	}
	return f
}
