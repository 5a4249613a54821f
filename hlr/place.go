package hlr

import (
	"strings"
	"time"
)

// Where the positions of both cells are known (Cells), the speed between them
// decides. Without them these times decide, on the careful side: neighbouring
// areas of one VLR are never sudden, however often a commuter crosses their
// border.
const (
	// vlrTime: the area of a VLR is a large part of a country, and a handset
	// is rarely on its border.
	vlrTime = 30 * time.Minute
	// areaTime holds only where neither network nor VLR are told, which
	// would vouch for the neighbourhood.
	areaTime = 5 * time.Minute
)

// place compares where the handset is served. A change is sudden when
//   - another network serves, or a VLR of another country, at any time;
//   - the distance was covered faster than by an airliner;
//
// or, where it is not known where both cells stand, when
//   - another VLR serves within vlrTime of the former;
//   - another location area serves within areaTime of the former, and neither
//     network nor VLR are told.
func (o *observation) place() {
	var moved []Change
	if c, ok := o.network(); ok {
		moved = append(moved, c)
	}
	if c, ok := o.vlr(); ok {
		moved = append(moved, c)
	}
	if c, ok := o.cell(); ok {
		moved = append(moved, c)
	}
	sudden := false
	for _, c := range moved {
		sudden = sudden || c.Sudden
	}
	if can, known := o.travelled(); known {
		sudden = o.abroad() || !can
	}
	for _, c := range moved {
		c.Sudden = sudden
		c.FromPLMN, c.ToPLMN = o.old.PLMN, o.next.PLMN
		o.changed(c)
	}
}

func (o *observation) network() (c Change, ok bool) {
	n := &o.next
	if o.a.Known&FieldNetwork == 0 || o.a.PLMN == "" {
		return c, false
	}
	last := o.see(&n.Seen.Network, n.PLMN == "")
	n.PLMN = o.a.PLMN
	if o.old.PLMN == "" || o.old.PLMN == n.PLMN {
		return c, false
	}
	return Change{Field: FieldNetwork, OldLast: last, Sudden: true}, true
}

func (o *observation) vlr() (c Change, ok bool) {
	n := &o.next
	if o.a.Known&FieldVLR == 0 || o.a.VLR == "" {
		return c, false
	}
	last := o.see(&n.Seen.VLR, n.VLR.IsZero())
	old, now := n.VLR, o.Hasher.Hash(kindVLR, o.a.VLR)
	if old == now {
		return c, false
	}
	n.VLR, n.VLRCountry, o.store = now, callingCode(o.a.VLR), true
	if old.IsZero() {
		return c, false
	}
	if old.Key != now.Key && o.Hasher.Matches(old, kindVLR, o.a.VLR) {
		o.rekey(FieldVLR, old, now)
		return c, false
	}
	return Change{Field: FieldVLR, Old: old, New: now, OldLast: last,
		Sudden: o.abroad() || o.from.Sub(last) < vlrTime}, true
}

// abroad says that another network or country serves than before.
func (o *observation) abroad() bool {
	was, is := &o.old, &o.next
	return was.PLMN != "" && was.PLMN != is.PLMN ||
		was.VLRCountry != "" && is.VLRCountry != "" && was.VLRCountry != is.VLRCountry
}

func (o *observation) cell() (c Change, ok bool) {
	n := &o.next
	if o.a.Known&FieldLocation == 0 {
		return c, false
	}
	first := n.LAC == 0 && n.CID == 0
	last := o.see(&n.Seen.Location, first)
	n.LAC, n.CID = o.a.LAC, o.a.CID
	area, cell := n.LAC != o.old.LAC, n.CID != o.old.CID
	if first || !area && !cell {
		return c, false
	}
	vouched := o.a.Known&(FieldNetwork|FieldVLR) != 0
	return Change{Field: FieldLocation, OldLast: last, Sudden: area && !vouched && o.from.Sub(last) < areaTime}, true
}

// travelled says whether the handset can have got from the cell of record to
// the one that serves it now; known is false when a position is not known.
func (o *observation) travelled() (can, known bool) {
	last := o.old.Seen.Location
	if last.IsZero() {
		last = o.old.LastSeen
	}
	if o.a.Known&FieldLocation == 0 || last.IsZero() {
		return false, false
	}
	return o.Cells.reachable(placed{o.old.PLMN, o.old.LAC, o.old.CID}, placed{o.next.PLMN, o.next.LAC, o.next.CID}, o.until.Sub(last))
}

// callingCode is the country code (ITU-T E.164) that a VLR's global title
// starts with, "" for a name that is none. Codes of two digits are listed;
// zones 1 and 7 have one digit, and all others three.
func callingCode(vlr string) string {
	gt := strings.TrimPrefix(vlr, "+")
	if len(gt) < 8 || strings.Trim(gt, "0123456789") != "" {
		return ""
	}
	const two = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58" +
		" 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "
	switch {
	case gt[0] == '0':
		return ""
	case gt[0] == '1' || gt[0] == '7':
		return gt[:1]
	case strings.Contains(two, " "+gt[:2]+" "):
		return gt[:2]
	}
	return gt[:3]
}
