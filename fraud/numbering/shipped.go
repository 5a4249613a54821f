package numbering

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sort"
	"sync"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/internal/flat"
)

//go:generate go run ../internal/refresh numbering

//go:embed data/disposable.bin
var disposableFile []byte

// shippedList is the compiled list: a sorted word a number, its digits above
// and 14 bits of days since 2000 below.
type shippedList struct {
	words  []byte
	source fraud.Source
}

const shippedDayBits = 14

var shippedEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

var shippedDisposable = sync.OnceValues(func() (*Disposable, error) {
	h, parts, err := flat.Read(disposableFile, "disposable 1", 1)
	if err != nil || len(h.Sources) == 0 || len(parts[0])%8 != 0 {
		return nil, fmt.Errorf("the compiled list of disposable numbers is damaged: %w", err)
	}
	return &Disposable{shipped: shippedList{parts[0], h.Sources[0]}}, nil
})

// ShippedDisposable is the list that is compiled into the binary. Its entries
// are old, and say how old: see DisposableSource.
func ShippedDisposable() (*Disposable, error) { return shippedDisposable() }

// With is the shipped list with an operator's own over it.
func (d *Disposable) With(own *Disposable) *Disposable {
	with := *own
	with.shipped = d.shipped
	return &with
}

// Source says where the shipped entries come from.
func (d *Disposable) Source() fraud.Source {
	if d == nil {
		return fraud.Source{}
	}
	return d.shipped.source
}

func (l *shippedList) len() int { return len(l.words) / 8 }

func (l *shippedList) word(i int) uint64 { return binary.LittleEndian.Uint64(l.words[8*i:]) }

// find is the day that a number, as digits, was first seen.
func (l *shippedList) find(digits uint64) (time.Time, bool) {
	n := l.len()
	i := sort.Search(n, func(i int) bool { return l.word(i)>>shippedDayBits >= digits })
	if i == n || l.word(i)>>shippedDayBits != digits {
		return time.Time{}, false
	}
	day := int(l.word(i) & (1<<shippedDayBits - 1))
	return shippedEpoch.AddDate(0, 0, day), true
}
