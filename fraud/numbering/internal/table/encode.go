package table

import (
	"encoding/binary"
	"hash/crc32"
)

// magic begins the file; its digit changes with the format.
const magic = "tollgate numbers 1\n"

// Append writes the table: magic, a CRC-32 (IEEE) of all that follows, then
// each field in the order of Open. Integers are little-endian; a string is its
// length in two octets and its octets; a list is its length in four and its
// entries.
func (t *Table) Append(b []byte) []byte {
	b = append(b, magic...)
	sum := len(b)
	b = append(b, 0, 0, 0, 0)
	body := len(b)
	b = appendString(b, t.Source)
	b = binary.LittleEndian.AppendUint16(b, t.Root)
	b = appendNodes(b, t.Nodes)
	b = appendList(b, t.Outcomes, func(b []byte, o *Outcome) []byte {
		return append(binary.LittleEndian.AppendUint16(b, o.Region), byte(o.Type))
	})
	b = appendList(b, t.Regions, appendRegion)
	b = appendNodes(b, t.CarrierNodes)
	b = appendList(b, t.Carriers, func(b []byte, c *Carrier) []byte {
		return binary.LittleEndian.AppendUint16(appendString(b, c.Name), c.PLMN)
	})
	b = appendList(b, t.PLMNs, func(b []byte, s *string) []byte { return appendString(b, *s) })
	binary.LittleEndian.PutUint32(b[sum:], crc32.ChecksumIEEE(b[body:]))
	return b
}

func appendList[E any](b []byte, list []E, entry func([]byte, *E) []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(list)))
	for i := range list {
		b = entry(b, &list[i])
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(s))), s...)
}

func appendNodes(b []byte, nodes []Node) []byte {
	return appendList(b, nodes, func(b []byte, n *Node) []byte {
		for _, next := range n.Next {
			b = binary.LittleEndian.AppendUint16(b, next)
		}
		return binary.LittleEndian.AppendUint16(b, n.Out)
	})
}

func appendRegion(b []byte, r *Region) []byte {
	b = appendString(b, r.Name)
	b = append(binary.LittleEndian.AppendUint16(b, r.CC), r.Ordinal)
	for _, root := range [...]uint16{r.General, r.IDD, r.Odd} {
		b = binary.LittleEndian.AppendUint16(b, root)
	}
	b = appendString(b, r.Prefix)
	for _, l := range r.Lengths {
		b = append(b, byte(l))
	}
	return b
}
