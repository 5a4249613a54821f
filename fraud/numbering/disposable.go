package numbering

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tollgate/hlr/subscriber"
)

const (
	maxDisposable       = 5_000_000 // entries; at 12 octets each, 60 MB
	maxDisposableErrors = 20        // reported of one file
)

// Disposable is a list of numbers whose messages anyone can read, as web sites
// for receiving SMS publish them. It is read-only once loaded and safe for
// concurrent use; nil is the empty list.
type Disposable struct {
	numbers  []entry // sorted by digits
	prefixes []entry // sorted by key: digits and their count
	lengths  uint32  // bit n is set when some prefix has n digits
	shipped  shippedList
}

// entry is a number or a prefix and the day that it was first seen, counted
// from 1970-01-01 and 0 when the list does not say.
type entry struct {
	key uint64
	day uint32
}

// LoadDisposable reads one entry a line: `number[,first-seen]`, the number in
// E.164 with or without its plus, a prefix ended by `*`, the date as
// 2006-01-02. Empty lines and those after # are skipped. All bad lines, up to
// 20, are reported together with their line numbers.
func LoadDisposable(r io.Reader) (*Disposable, error) {
	d := &Disposable{}
	var errs []error
	in := bufio.NewScanner(r)
	for line := 1; in.Scan() && len(errs) < maxDisposableErrors; line++ {
		if err := d.add(in.Text()); err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", line, err))
		}
	}
	if err := in.Err(); err != nil {
		errs = append(errs, fmt.Errorf("read the list of disposable numbers: %w", err))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	d.numbers, d.prefixes = tidy(d.numbers), tidy(d.prefixes)
	return d, nil
}

func (d *Disposable) add(line string) error {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if d.Len() >= maxDisposable {
		return fmt.Errorf("the list has more than %d entries: shorten it with prefixes", maxDisposable)
	}
	number, date, dated := strings.Cut(line, ",")
	e := entry{}
	if dated && strings.TrimSpace(date) != "" {
		t, err := time.Parse(time.DateOnly, strings.TrimSpace(date))
		if err != nil || t.Unix() <= 0 {
			return errors.New("the date after the comma must look like 2024-06-30")
		}
		e.day = uint32(t.Unix() / 86400)
	}
	number = strings.TrimPrefix(strings.TrimSpace(number), "+")
	digits, prefix := strings.CutSuffix(number, "*")
	v, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || len(digits) > 15 || digits[0] == '0' || len(digits) < 2 || !prefix && len(digits) < 7 {
		return errors.New("it must begin with a number of 7 to 15 digits in E.164, or a prefix of 2 to 15 digits and *")
	}
	if prefix {
		e.key = prefixKey(v, len(digits))
		d.lengths |= 1 << len(digits)
		d.prefixes = append(d.prefixes, e)
		return nil
	}
	e.key = v
	d.numbers = append(d.numbers, e)
	return nil
}

// tidy sorts the entries and keeps the youngest of equal ones.
func tidy(e []entry) []entry {
	slices.SortFunc(e, func(a, b entry) int {
		switch {
		case a.key != b.key && a.key < b.key, a.key == b.key && a.day > b.day:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	return slices.CompactFunc(e, func(a, b entry) bool { return a.key == b.key })
}

func prefixKey(v uint64, digits int) uint64 { return v<<4 | uint64(digits) }

// Find says whether the number is listed, itself or by a prefix, and since
// when; the time is zero where the list does not say. The longest match wins.
func (d *Disposable) Find(n subscriber.MSISDN) (time.Time, bool) {
	if d == nil {
		return time.Time{}, false
	}
	digits := n.Digits()
	v, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || len(digits) > 15 {
		return time.Time{}, false
	}
	number := v
	if day, ok := find(d.numbers, v); ok {
		return day, true
	}
	for i := len(digits); i > 1; i-- {
		if d.lengths&(1<<i) != 0 {
			if day, ok := find(d.prefixes, prefixKey(v, i)); ok {
				return day, true
			}
		}
		v /= 10
	}
	return d.shipped.find(number)
}

func find(e []entry, key uint64) (time.Time, bool) {
	i, ok := slices.BinarySearchFunc(e, key, func(e entry, key uint64) int {
		switch {
		case e.key < key:
			return -1
		case e.key > key:
			return 1
		}
		return 0
	})
	if !ok {
		return time.Time{}, false
	}
	if e[i].day == 0 {
		return time.Time{}, true
	}
	return time.Unix(int64(e[i].day)*86400, 0).UTC(), true
}

// Len is the count of entries.
func (d *Disposable) Len() int {
	if d == nil {
		return 0
	}
	return len(d.numbers) + len(d.prefixes) + d.shipped.len()
}
