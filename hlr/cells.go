package hlr

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tollgate/hlr/subscriber"
)

// Cells knows where cells stand, from a file that the operator has: their own
// plan, or an extract of a public collection such as OpenCelliD. It is sorted
// and flat, 24 octets a cell. The nil Cells knows none.
type Cells struct {
	keys  []cellKey
	spots []spot
}

// cellKey is a cell's identity (3GPP TS 23.003 §4.3.1). Network 0 stands for
// networks whose elements do not tell theirs.
type cellKey struct {
	network  uint32 // MCC-MNC as a number behind a 1, so that 26201 and 262001 differ
	lac, cid uint32
}

// spot is a place on the earth, in degrees.
type spot struct{ lat, lon float32 }

func (a cellKey) compare(b cellKey) int {
	return cmp.Or(cmp.Compare(a.network, b.network), cmp.Compare(a.lac, b.lac), cmp.Compare(a.cid, b.cid))
}

// The columns of a file of cells, with the names that OpenCelliD gives them.
var cellColumns = [...][]string{{"mcc"}, {"net", "mnc"}, {"area", "lac", "tac"}, {"cell", "cid", "ci"}, {"lat"}, {"lon"}}

// LoadCells reads CSV with a header line that names the columns mcc, net,
// area, cell, lat and lon (or mnc, lac or tac, cid); others are skipped. An
// empty mcc holds for every network. The first of equal cells counts.
func LoadCells(r io.Reader) (*Cells, error) {
	in := csv.NewReader(bufio.NewReaderSize(r, 1<<16))
	in.ReuseRecord, in.FieldsPerRecord = true, -1
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("cells: the header line: %w", err)
	}
	at, err := columns(header)
	if err != nil {
		return nil, err
	}
	c := &Cells{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			c.sort()
			return c, nil
		}
		if err == nil {
			err = c.add(row, at)
		}
		if err != nil {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("cells: line %d: %w", line, err)
		}
	}
}

func columns(header []string) (at [len(cellColumns)]int, err error) {
	for i, names := range cellColumns {
		at[i] = slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
		if at[i] < 0 {
			return at, fmt.Errorf("cells: the header line names no column %s", names[0])
		}
	}
	return at, nil
}

func (c *Cells) add(row []string, at [len(cellColumns)]int) error {
	var f [len(cellColumns)]string
	for i, column := range at {
		if column >= len(row) {
			return fmt.Errorf("it has %d columns, too few", len(row))
		}
		f[i] = strings.TrimSpace(row[column])
	}
	k := cellKey{network: networkNumber(f[0], f[1])}
	lac, err1 := strconv.ParseUint(f[2], 10, 32)
	cid, err2 := strconv.ParseUint(f[3], 10, 32)
	lat, err3 := strconv.ParseFloat(f[4], 32)
	lon, err4 := strconv.ParseFloat(f[5], 32)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	if f[0] != "" && k.network == 0 {
		return fmt.Errorf("%q and %q are no network", f[0], f[1])
	}
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) {
		return fmt.Errorf("%s, %s is no place on the earth", f[4], f[5])
	}
	k.lac, k.cid = uint32(lac), uint32(cid)
	c.keys, c.spots = append(c.keys, k), append(c.spots, spot{float32(lat), float32(lon)})
	return nil
}

// networkNumber is 0 for what is no MCC and MNC. An MNC of one digit is
// written without its zero in some files.
func networkNumber(mcc, mnc string) uint32 {
	if len(mnc) == 1 {
		mnc = "0" + mnc
	}
	if len(mcc) != 3 || len(mnc) < 2 || len(mnc) > 3 {
		return 0
	}
	n, err := strconv.ParseUint("1"+mcc+mnc, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// sort orders keys and spots alike and drops repeated cells.
func (c *Cells) sort() {
	order := make([]int, len(c.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return c.keys[a].compare(c.keys[b]) })
	keys, spots := make([]cellKey, 0, len(order)), make([]spot, 0, len(order))
	for _, i := range order {
		if n := len(keys); n > 0 && keys[n-1] == c.keys[i] {
			continue
		}
		keys, spots = append(keys, c.keys[i]), append(spots, c.spots[i])
	}
	c.keys, c.spots = keys, spots
}

// Len is the count of cells.
func (c *Cells) Len() int {
	if c == nil {
		return 0
	}
	return len(c.keys)
}

// find is where a cell stands.
func (c *Cells) find(network subscriber.PLMN, lac, cid uint32) (spot, bool) {
	if c == nil {
		return spot{}, false
	}
	k := cellKey{lac: lac, cid: cid}
	if len(network) > 3 {
		k.network = networkNumber(string(network[:3]), string(network[3:]))
	}
	i, ok := slices.BinarySearchFunc(c.keys, k, cellKey.compare)
	if !ok && k.network != 0 {
		k.network = 0
		i, ok = slices.BinarySearchFunc(c.keys, k, cellKey.compare)
	}
	if !ok {
		return spot{}, false
	}
	return c.spots[i], true
}

// What is impossible: faster than an airliner flies, beyond the reach of one
// cell and the error of a collected position.
const (
	maxSpeed = 900.0 // km/h
	cellSlop = 50.0  // km
)

// reachable says whether a handset can have got from one cell to another in
// the time; known is false when it is not known where both stand.
func (c *Cells) reachable(from, to placed, took time.Duration) (ok, known bool) {
	a, okA := c.find(from.network, from.lac, from.cid)
	b, okB := c.find(to.network, to.lac, to.cid)
	if !okA || !okB {
		return false, false
	}
	return a.distance(b) <= cellSlop+maxSpeed*max(0, took.Hours()), true
}

// placed is a cell of a network.
type placed struct {
	network  subscriber.PLMN
	lac, cid uint32
}

// distance is the great circle between two spots (haversine), in km.
func (a spot) distance(b spot) float64 {
	const radius, rad = 6371.0, math.Pi / 180
	lat1, lat2 := float64(a.lat)*rad, float64(b.lat)*rad
	dLat, dLon := lat2-lat1, float64(b.lon-a.lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1)*math.Cos(lat2)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}
