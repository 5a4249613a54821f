package lists

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Source is one list as an operator wrote it.
type Source struct {
	File   string
	Tenant string // of entries that name none; "" for all
	// Hash is the keyed hash of a device id, in hexadecimal. Files name
	// devices as the tenants' apps do.
	Hash func(device string) string
}

const (
	maxProblems = 20
	maxWords    = 200 // octets of a reason or a source, which stand in every decision
)

// Read reads the entries of a file: YAML, or CSV where its name ends so, which
// is what a list of a million is written in. Everything wrong, up to 20, is
// reported together, each with its line.
//
//	block:
//	  - {number: "+491701*", reason: pumped twice, source: noc, added: 2026-11-01, expires: 2026-12-01}
//	  - {ip: 203.0.113.0/24}
//	safe:
//	  - {account: u-17, tenant: acme, reason: our own}
//
// The same as CSV, with any of these columns:
//
//	list,kind,value,tenant,reason,source,added,expires
//	block,number,+491701*,,pumped twice,noc,2026-11-01,2026-12-01
func (s *Source) Read(text []byte) ([]Entry, error) {
	l := &loading{Source: s, name: strings.TrimSuffix(filepath.Base(s.File), filepath.Ext(s.File))}
	if strings.EqualFold(filepath.Ext(s.File), ".csv") {
		l.csv(text)
	} else {
		l.yaml(text)
	}
	if len(l.problems) > 0 {
		return nil, errors.Join(l.problems...)
	}
	return l.entries, nil
}

// loading gathers entries and what is wrong with them.
type loading struct {
	*Source
	name     string
	entries  []Entry
	problems []error
	probe    Table // entries are tried on it
}

func (l *loading) wrong(line int, format string, args ...any) {
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, fmt.Errorf("%s:%d: %s", l.File, line, fmt.Sprintf(format, args...)))
	}
}

// raw is an entry as written.
type raw struct {
	line                   int
	list, kind, value      string
	tenant, reason, source string
	added, expires         string
	several                bool // it names more than one thing
}

// add checks one entry.
func (l *loading) add(r *raw) {
	e := Entry{Safe: r.list == "safe", Tenant: r.tenant, Value: r.value, List: l.name, Reason: r.reason, Source: r.source}
	if e.Tenant == "" {
		e.Tenant = l.Tenant
	} else if l.Tenant != "" && e.Tenant != l.Tenant {
		l.wrong(r.line, "the list is %s's: it cannot have entries of tenant %s", l.Tenant, e.Tenant)
	}
	if r.list != "safe" && r.list != "block" {
		l.wrong(r.line, "list must be safe or block, not %q", r.list)
	}
	if len(e.Reason) > maxWords || len(e.Source) > maxWords {
		l.wrong(r.line, "reason and source have at most %d octets", maxWords)
	}
	var err error
	if e.Kind, err = KindOf(r.kind, e.Value); err != nil {
		l.wrong(r.line, "%v", err)
		return
	}
	if e.Kind == Device && e.Value != "" {
		e.Value = l.Hash(e.Value)
	}
	e.Added, e.Expires = l.date(r.line, "added", r.added), l.date(r.line, "expires", r.expires)
	if _, err := l.probe.keyOf(&e, 0); err != nil {
		l.wrong(r.line, "%v", err)
		return
	}
	l.entries = append(l.entries, e)
}

// KindOf is what a word and a value name: a number that ends with a star is a
// prefix.
func KindOf(word, value string) (Kind, error) {
	switch word {
	case "number":
		if strings.HasSuffix(value, "*") {
			return Prefix, nil
		}
		return Number, nil
	case "ip":
		return IP, nil
	case "asn":
		return ASN, nil
	case "device":
		return Device, nil
	case "account":
		return Account, nil
	}
	return 0, fmt.Errorf("%q is nothing that is listed: use number, ip, asn, device or account", word)
}

// date takes a day or an instant.
func (l *loading) date(line int, what, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	at, err := Date(s)
	if err != nil {
		l.wrong(line, "%s: %v", what, err)
	}
	return at
}

// Date reads a day, which begins in UTC, or an instant.
func Date(s string) (time.Time, error) {
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(form, s); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q must be a date such as 2026-11-01 or 2026-11-01T12:00:00Z", s)
}
