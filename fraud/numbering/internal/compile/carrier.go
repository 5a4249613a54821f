package compile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tollgate/fraud/numbering/internal/table"
)

// maxCarrierPrefix is how many digits the library looks at
// (GetCarrierWithPrefixForNumber: 10 characters with the plus).
const maxCarrierPrefix = 9

var errCarriers = errors.New("the file of carriers is cut short: has the module changed its form?")

// readCarriers reads the library's prefix_to_carriers/en.txt.gz: names, then
// prefixes as differences with the index of a name each (its loadPrefixMap).
func readCarriers(gz []byte) (map[string]string, error) {
	z, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	if len(b) < 4 || len(b) < 8+int(binary.LittleEndian.Uint32(b)) {
		return nil, errCarriers
	}
	n := 4 + binary.LittleEndian.Uint32(b)
	names := strings.Split(string(b[4:n]), "\n")
	count := binary.LittleEndian.Uint32(b[n:])
	carriers := make(map[string]string, count)
	prefix, b := uint64(0), b[n+4:]
	for range count {
		diff, w := binary.Uvarint(b)
		if w <= 0 || len(b) < w+2 || int(binary.LittleEndian.Uint16(b[w:])) >= len(names) {
			return nil, errCarriers
		}
		prefix += diff
		carriers[strconv.FormatUint(prefix, 10)] = names[binary.LittleEndian.Uint16(b[w:])]
		b = b[w+2:]
	}
	return carriers, nil
}

// carriers builds the carriers' automaton. A carrier is entered once for each
// calling code, so that its network in each region of that code can be told.
type carriers struct {
	pool   *pool
	names  map[string]string // by prefix
	ids    map[carrier]uint16
	table  *table.Table
	plmns  *plmns
	member map[int][]string // regions by calling code
}

type carrier struct {
	cc   int
	name string
}

func (c *carriers) build() error {
	c.pool, c.ids = newPool(), map[carrier]uint16{{}: 0}
	c.table.Carriers, c.table.PLMNs = []table.Carrier{{}}, []string{""}
	c.pool.nodes = append(c.pool.nodes, table.Node{}) // 1 is the root, filled in last
	byLength := map[int][]string{}
	inner := map[string]bool{} // everything that some prefix begins with
	for _, prefix := range slices.Sorted(maps.Keys(c.names)) {
		if len(prefix) > maxCarrierPrefix {
			continue // the library never looks at it
		}
		byLength[len(prefix)] = append(byLength[len(prefix)], prefix)
		for n := range prefix {
			inner[prefix[:n]] = true
		}
	}
	root, err := c.node("", 0, inner)
	if err != nil {
		return err
	}
	c.pool.nodes[1] = c.pool.nodes[root]
	c.table.CarrierNodes = c.pool.nodes[:root] // it was the last to be made
	return nil
}

// node makes the node of the digits so far; inherited is the carrier of the
// longest prefix before.
func (c *carriers) node(digits string, inherited uint16, inner map[string]bool) (uint16, error) {
	out := inherited
	if name, ok := c.names[digits]; ok {
		var err error
		if out, err = c.id(digits, name); err != nil {
			return 0, err
		}
	}
	n := table.Node{Out: out}
	if !inner[digits] && len(digits) > 0 {
		return c.pool.add(n)
	}
	for d := range n.Next {
		longer := digits + string(rune('0'+d))
		if _, ok := c.names[longer]; !ok && !inner[longer] {
			continue
		}
		var err error
		if n.Next[d], err = c.node(longer, out, inner); err != nil {
			return 0, err
		}
	}
	return c.pool.add(n)
}

func (c *carriers) id(prefix, name string) (uint16, error) {
	if name == "" {
		return 0, nil
	}
	key := carrier{name: name}
	for n := 1; n <= 3 && n <= len(prefix) && key.cc == 0; n++ {
		cc, _ := strconv.Atoi(prefix[:n])
		if c.member[cc] != nil {
			key.cc = cc
		}
	}
	if key.cc == 0 {
		return 0, fmt.Errorf("carrier prefix %s begins with no calling code", prefix)
	}
	if id, ok := c.ids[key]; ok {
		return id, nil
	}
	id := uint16(len(c.table.Carriers))
	c.ids[key] = id
	c.table.Carriers = append(c.table.Carriers, table.Carrier{Name: name, PLMN: c.networks(key)})
	return id, nil
}

// networks enters the carrier's network in each region of its calling code
// and returns where they begin, 0 when none is known.
func (c *carriers) networks(k carrier) uint16 {
	found := make([]string, len(c.member[k.cc]))
	any := ""
	for i, region := range c.member[k.cc] {
		found[i] = c.plmns.find(region, k.name)
		any += found[i]
	}
	if any == "" {
		return 0
	}
	at := uint16(len(c.table.PLMNs))
	c.table.PLMNs = append(c.table.PLMNs, found...)
	return at
}
