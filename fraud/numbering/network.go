package numbering

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"tollgate/hlr/subscriber"
)

// Network is a mobile network as the list of PLMNs has it (data/plmn.tsv, whose
// first line names its source).
type Network struct {
	PLMN     subscriber.PLMN
	Country  string // ISO 3166-1 alpha-2; several joined by "/" where they share it; "" for international ones
	Brand    string
	Operator string
	MVNO     bool // it has no radio network of its own
}

// Name is the brand, or the operator where it has none.
func (n *Network) Name() string { return cmp.Or(n.Brand, n.Operator) }

//go:embed data/plmn.tsv
var plmnFile string

// networkTable is the list, sorted; its strings are parts of the file.
type networkTable struct {
	source    string // name and version, from the file's first line
	list      []Network
	countries map[string]string // by MCC
}

var networks = sync.OnceValue(func() *networkTable {
	t := &networkTable{countries: map[string]string{}}
	counts := map[[2]string]int{} // networks of an MCC in a country
	_, source, _ := strings.Cut(plmnFile, "npm package ")
	t.source, _, _ = strings.Cut(source, ",")
	for line := range strings.Lines(plmnFile) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 7 || len(f[0]) != 3 || f[0] == "mcc" {
			continue // comment, header, or a range
		}
		if len(f[1]) == 2 || len(f[1]) == 3 {
			t.list = append(t.list, Network{subscriber.PLMN(f[0] + f[1]), f[2], f[3], f[4], f[6] == "MVNO"})
		}
		if at := [2]string{f[0], f[2]}; len(f[2]) == 2 && f[6] != "International" {
			if counts[at]++; counts[at] > counts[[2]string{f[0], t.countries[f[0]]}] {
				t.countries[f[0]] = f[2]
			}
		}
	}
	slices.SortStableFunc(t.list, func(a, b Network) int {
		return cmp.Or(cmp.Compare(a.PLMN, b.PLMN), cmp.Compare(t.abroad(&a), t.abroad(&b)))
	})
	t.list = slices.CompactFunc(t.list, func(a, b Network) bool { return a.PLMN == b.PLMN })
	return t
})

// abroad is 1 for the entry of a network outside the country of its MCC: one
// that has several is known by the one at home.
func (t *networkTable) abroad(n *Network) int {
	if n.Country == t.countries[n.PLMN.MCC()] {
		return 0
	}
	return 1
}

// NetworkSource is where the networks come from, with its version.
func NetworkSource() string { return networks().source }

// NetworkOf is the network that a PLMN names.
func NetworkOf(plmn subscriber.PLMN) (n Network, ok bool) {
	list := networks().list
	i, ok := slices.BinarySearchFunc(list, plmn, func(n Network, plmn subscriber.PLMN) int { return cmp.Compare(n.PLMN, plmn) })
	if !ok {
		return n, false
	}
	return list[i], true
}

// CountryOfMCC is the country (ISO 3166-1 alpha-2) that a mobile country code
// belongs to (ITU-T E.212), "" for an international one. Where territories
// share a code, as the Channel Islands share 234, it is the one with the most
// networks.
func CountryOfMCC(mcc string) string { return networks().countries[mcc] }
