package main

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/internal/flat"
)

func refreshNumbering() error {
	if err := refreshNetworks("data/plmn.tsv"); err != nil {
		return err
	}
	return refreshDisposable("data/disposable.bin")
}

// plmn is an entry of mcc-mnc-list.
type plmn struct {
	Type, CountryCode, MCC, MNC, Brand, Operator, Status, Bands string
}

func refreshNetworks(file string) error {
	dir, err := networks.fetch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text, err := os.ReadFile(filepath.Join(dir, "mcc-mnc-list.json"))
	if err != nil {
		return err
	}
	var list []plmn
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b plmn) int { return cmp.Or(cmp.Compare(a.MCC, b.MCC), cmp.Compare(a.MNC, b.MNC)) })
	var b strings.Builder
	s := networks.source
	fmt.Fprintf(&b, "# Mobile networks by MCC and MNC (ITU-T E.212). Source: npm package %s %s, licence %s. %s.\n", s.Name, s.Version, s.Licence, s.Attribution)
	b.WriteString("mcc\tmnc\tcountry\tbrand\toperator\tstatus\ttype\n")
	for _, n := range list {
		kind := n.Type
		if strings.Contains(n.Bands, "MVNO") {
			kind = "MVNO"
		}
		for i, field := range []string{n.MCC, n.MNC, n.CountryCode, n.Brand, n.Operator, n.Status, kind} {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(strings.Join(strings.Fields(field), " "))
		}
		b.WriteByte('\n')
	}
	fmt.Printf("%s: %d networks\n", file, len(list))
	return os.WriteFile(file, []byte(b.String()), 0o644)
}

// refreshDisposable writes each number with the day it was first seen in one
// word: the digits above, 14 bits of days since 2000 below.
func refreshDisposable(file string) error {
	dir, err := disposable.fetch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text, err := os.ReadFile(filepath.Join(dir, "number-list.json"))
	if err != nil {
		return err
	}
	var list map[string]string
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	var words []uint64
	newest, odd := "", 0
	for digits, date := range list {
		n, err := strconv.ParseUint(digits, 10, 64)
		at, err2 := time.Parse(time.DateOnly, date)
		if err != nil || err2 != nil {
			return fmt.Errorf("%s: %q, %q: has the list another form?", disposable.npm, digits, date)
		}
		if len(digits) > 15 { // no number is so long (ITU-T E.164 §6)
			odd++
			continue
		}
		day := uint64(at.Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24)
		words = append(words, n<<14|day&(1<<14-1))
		newest = max(newest, date)
	}
	slices.Sort(words)
	raw := make([]byte, 0, 8*len(words))
	for _, w := range words {
		raw = binary.LittleEndian.AppendUint64(raw, w)
	}
	source := disposable.source
	source.Date = newest
	table, err := flat.Append(nil, "disposable 1", []fraud.Source{source}, raw)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d numbers, the newest seen on %s; %d were none\n", file, len(words), newest, odd)
	return os.WriteFile(file, table, 0o644)
}
