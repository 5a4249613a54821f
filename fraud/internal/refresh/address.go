package main

import (
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"

	"tollgate/fraud"
	"tollgate/fraud/internal/flat"
)

// ranges is one table: where each range starts, and its value up to the next.
type ranges struct {
	wide   bool // IPv6: starts are the first 64 bits
	size   int  // octets of a value
	starts []byte
	values []byte
	n      int
	next   uint64 // behind the latest range
	last   uint32 // its value
	full   bool   // it ended with the last address
}

// add appends a range; ranges come in order, and where two overlap the first
// one counts. What lies between two has value 0.
func (r *ranges) add(first, last uint64, value uint32) {
	if first = max(first, r.next); last < first || r.full {
		return
	}
	if first > r.next {
		r.put(r.next, 0)
	}
	r.put(first, value)
	most := uint64(math.MaxUint32)
	if r.wide {
		most = math.MaxUint64
	}
	if r.full = last == most; !r.full {
		r.next = last + 1
	}
}

func (r *ranges) put(start uint64, value uint32) {
	if r.n > 0 && value == r.last {
		return
	}
	if r.wide {
		r.starts = binary.LittleEndian.AppendUint64(r.starts, start)
	} else {
		r.starts = binary.LittleEndian.AppendUint32(r.starts, uint32(start))
	}
	if r.size == 2 {
		r.values = binary.LittleEndian.AppendUint16(r.values, uint16(value))
	} else {
		r.values = binary.LittleEndian.AppendUint32(r.values, value)
	}
	r.last, r.n = value, r.n+1
}

// end closes the table behind its last range.
func (r *ranges) end() {
	if !r.full {
		r.put(r.next, 0)
	}
}

func refreshAddress() error {
	nations, err := countries.fetch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(nations)
	numbers, err := systems.fetch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(numbers)
	var sections [][]byte
	for _, t := range []struct {
		file  string
		wide  bool
		size  int
		value func(row []string) (uint32, error)
	}{
		{filepath.Join(numbers, "asn-ipv4.csv"), false, 4, system},
		{filepath.Join(nations, "asn-country-ipv4.csv"), false, 2, country},
		{filepath.Join(numbers, "asn-ipv6.csv"), true, 4, system},
		{filepath.Join(nations, "asn-country-ipv6.csv"), true, 2, country},
	} {
		r := ranges{wide: t.wide, size: t.size}
		if err := r.read(t.file, t.value); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(t.file), err)
		}
		fmt.Printf("%s: %d ranges\n", filepath.Base(t.file), r.n)
		sections = append(sections, r.starts, r.values)
	}
	table, err := flat.Append(nil, "addresses 1", []fraud.Source{countries.source, systems.source}, sections...)
	if err != nil {
		return err
	}
	fmt.Printf("data/addresses.bin: %d octets\n", len(table))
	return os.WriteFile("data/addresses.bin", table, 0o644)
}

func (r *ranges) read(file string, value func([]string) (uint32, error)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = -1
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			r.end()
			return nil
		}
		if err != nil {
			return err
		}
		if len(row) < 3 {
			return fmt.Errorf("%q: has the file another form?", row)
		}
		first, err1 := netip.ParseAddr(row[0])
		last, err2 := netip.ParseAddr(row[1])
		v, err3 := value(row)
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		if a, b, ok := r.bounds(first, last); ok { // else less than a /64: nobody is given that
			r.add(a, b, v)
		}
	}
}

// bounds are the first and last address, of IPv6 their first 64 bits; a range
// that begins or ends within a /64 loses that part.
func (r *ranges) bounds(first, last netip.Addr) (a, b uint64, ok bool) {
	if !r.wide {
		f, l := first.As4(), last.As4()
		return uint64(binary.BigEndian.Uint32(f[:])), uint64(binary.BigEndian.Uint32(l[:])), true
	}
	f, l := first.As16(), last.As16()
	a, b = binary.BigEndian.Uint64(f[:]), binary.BigEndian.Uint64(l[:])
	if binary.BigEndian.Uint64(f[8:]) != 0 {
		a++
	}
	if binary.BigEndian.Uint64(l[8:]) != math.MaxUint64 {
		if b == 0 {
			return 0, 0, false
		}
		b--
	}
	return a, b, a <= b
}

func country(row []string) (uint32, error) {
	c := row[2]
	if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
		return 0, fmt.Errorf("%q is no country", c)
	}
	if c == "ZZ" {
		return 0, nil
	}
	return uint32(c[0])<<8 | uint32(c[1]), nil
}

// datacentreBit marks an autonomous system that rents out machines. Numbers so
// high are private (RFC 6996).
const datacentreBit = 1 << 31

func system(row []string) (uint32, error) {
	n, err := strconv.ParseUint(row[2], 10, 32)
	if err != nil || n >= datacentreBit { // private, leaked into the routes
		return 0, err
	}
	name := ""
	if len(row) > 3 {
		name = row[3]
	}
	if hosts(uint32(n), name) {
		return uint32(n) | datacentreBit, nil
	}
	return uint32(n), nil
}
