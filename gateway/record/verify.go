package record

import (
	"reflect"

	"tollgate/fraud"
)

// Verified counts recorded decisions that were made again.
type Verified struct {
	Same      int // bit for bit
	Different int
	Examples  []string // ids of sends that differ, at most 20
	Unknown   int      // the policy of their version is not at hand
	Truncated []string // files without an end mark
}

const maxExamples = 20

// Verify makes every decision of recordings again from its facts. policy finds
// a policy by its version, name and content; nil when there is none.
func Verify(files []string, key *Key, policy func(version string) *fraud.Policy) (v Verified, err error) {
	policies := map[string]*fraud.Policy{}
	v.Truncated, err = (&ExportConfig{Key: key, Files: files}).each(func(l *Line) error {
		if l.Event != Decision || l.Decided == nil {
			return nil
		}
		stored := l.Decided.Decision
		p, known := policies[stored.Policy]
		if !known {
			p = policy(stored.Policy)
			policies[stored.Policy] = p
		}
		if p == nil {
			v.Unknown++
			return nil
		}
		facts, err := fraud.DecodeFacts(l.Decided.Facts)
		if err != nil {
			return err
		}
		if again := p.Decide(facts); reflect.DeepEqual(again, stored) || len(again.Reasons)+len(stored.Reasons) == 0 && sameBut(again, stored) {
			v.Same++
			return nil
		}
		if v.Different++; v.Different <= maxExamples {
			v.Examples = append(v.Examples, l.ID)
		}
		return nil
	})
	return v, err
}

// sameBut compares decisions without reasons, which may be none or nil.
func sameBut(a, b fraud.Decision) bool {
	a.Reasons, b.Reasons = nil, nil
	return reflect.DeepEqual(a, b)
}
