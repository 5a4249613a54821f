package hlr

import (
	"iter"
	"strings"
)

// FieldAll is every fact there is; FieldPlace is where the handset is served.
const (
	FieldAll   = FieldDeviceChange<<1 - 1
	FieldPlace = FieldLocation | FieldVLR | FieldNetwork
)

const fieldCount = 15

// fieldNames stand in the order of the bits.
var fieldNames = [fieldCount]string{
	"imsi", "iccid", "imei", "location", "vlr", "network", "ported", "roaming",
	"reachable", "line_type", "call_forwarding", "recycled", "home_network",
	"sim_change", "device_change",
}

// Each yields the single facts of a set, in the order of their bits, with the
// number of the bit.
func (f Field) Each() iter.Seq2[int, Field] {
	return func(yield func(int, Field) bool) {
		for i := range fieldCount {
			if one := Field(1) << i; f&one != 0 && !yield(i, one) {
				return
			}
		}
	}
}

// Names lists the facts of the set by name, as in "imsi", "line_type".
func (f Field) Names() []string {
	var names []string
	for i := range f.Each() {
		names = append(names, fieldNames[i])
	}
	return names
}

// String is the names joined by commas, "none" for the empty set.
func (f Field) String() string {
	if f&FieldAll == 0 {
		return "none"
	}
	return strings.Join(f.Names(), ",")
}

// ParseField finds a fact by its name; "identity", "place" and "all" name the
// sets.
func ParseField(name string) (f Field, ok bool) {
	switch name {
	case "identity":
		return FieldIdentity, true
	case "place":
		return FieldPlace, true
	case "all":
		return FieldAll, true
	}
	for i, n := range fieldNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}
