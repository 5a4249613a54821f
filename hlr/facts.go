package hlr

import (
	"fmt"
	"time"
)

// Fact is one fact of an answer in a form fit to be shown.
type Fact struct {
	Name     string // as Field.String
	Known    bool   // asked and answered; else asked only
	Value    string // identities are cut short; "" when not known
	Source   string // the provider that told it, or the first that should have
	Age      time.Duration
	Latency  time.Duration
	Cached   bool
	Disputed bool  // another provider says otherwise
	Err      error // why it did not come, where its provider said so
}

// Facts lists all that was asked, in the order of the fields.
func (a *Answer) Facts() []Fact {
	var facts []Fact
	for i, one := range (a.Asked | a.Known).Each() {
		f := Fact{Name: fieldNames[i], Known: a.Known&one != 0}
		if f.Known {
			f.Value = a.show(one)
		}
		a.credit(&f, one)
		facts = append(facts, f)
	}
	return facts
}

// credit names the source of a fact: the one that won, or else the first one
// that was asked, with its error.
func (a *Answer) credit(f *Fact, one Field) {
	for i := range a.Sources {
		s := &a.Sources[i]
		f.Disputed = f.Disputed || s.Conflict&one != 0
		by := s.Asked
		if f.Known {
			by = s.Fields
		}
		if f.Source != "" || by&one == 0 {
			continue
		}
		f.Source, f.Age, f.Latency, f.Cached = s.Provider, s.Age, s.Latency, s.Cached
		if !f.Known {
			f.Err = s.Err
		}
	}
}

func (a *Answer) show(one Field) string {
	switch one {
	case FieldIMSI:
		if a.Absent {
			return "no such subscriber"
		}
		return cut(a.IMSI, 5) // its network
	case FieldICCID:
		return cut(a.ICCID, 4) // telecom and country
	case FieldIMEI:
		return cut(a.IMEI, 8) // the model
	case FieldLocation:
		return fmt.Sprintf("%d/%d", a.LAC, a.CID)
	case FieldVLR:
		return a.VLR
	case FieldNetwork:
		return string(a.PLMN)
	case FieldPorted:
		if !a.PortedAt.IsZero() {
			return "yes, " + showTime(a.PortedAt)
		}
		return showBool(a.Ported)
	case FieldRoaming:
		return showBool(a.Roaming)
	case FieldReachable:
		return showBool(a.Reachable)
	case FieldLineType:
		return a.LineType
	case FieldCallForwarding:
		return showBool(a.CallForwarding)
	case FieldRecycled:
		return showTime(a.RecycledAt)
	case FieldHome:
		return string(a.Home)
	case FieldSIMChange:
		return a.SIMChange.String()
	case FieldDeviceChange:
		return a.DeviceChange.String()
	}
	return ""
}

// cut shows the part of an identifier that many subscribers share.
func cut(id string, n int) string {
	if len(id) <= n {
		return "…"
	}
	return id[:n] + "…"
}

func showBool(b *bool) string {
	if b == nil {
		return "not told"
	}
	return map[bool]string{true: "yes", false: "no"}[*b]
}

func showTime(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}
