package address

import "encoding/binary"

// ListsOnly is the table without its compiled countries and systems: the
// operator's lists are left.
func (t *Table) ListsOnly() *Table {
	return &Table{
		header: t.header, tor: t.tor, datacentre: t.datacentre, ordinary: t.ordinary,
		asn4: nothing4, country4: nothing4, asn6: nothing6, country6: nothing6,
	}
}

// One range that holds everything, of no value.
var (
	nothing4 = column[uint32]{make([]byte, 4), make([]byte, 4)}
	nothing6 = column[uint64]{make([]byte, 8), make([]byte, 4)}
)

// Datacentres lists the systems that rent out machines, by the compiled table.
// It reads the whole table: keep what it returns.
func (t *Table) Datacentres() map[uint32]bool {
	all := map[uint32]bool{}
	for _, values := range [][]byte{t.asn4.values, t.asn6.values} {
		for i := 0; i+4 <= len(values); i += 4 {
			if v := binary.LittleEndian.Uint32(values[i:]); v&datacentreBit != 0 {
				all[v&^datacentreBit] = true
			}
		}
	}
	return all
}
