package controls

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/lists"
)

// File is a list of the configuration: for all tenants, or one's own.
type File struct{ Path, Tenant string }

const (
	deviceKind = "listed-device"
	ownList    = "admin" // name of the list that is kept while serving
	maxOwn     = 100_000 // entries of it; more belong into a file
)

// Lists are those of the configuration's files, and the one that operators keep
// while serving.
type Lists struct {
	cfg   *Config
	files atomic.Pointer[lists.Table]
	own   atomic.Pointer[lists.Table]

	mu      sync.Mutex // guards entries and the file
	entries []Entry
}

// Entry is one line of the list that is kept while serving.
type Entry struct {
	ID      string    `json:"id"`
	List    string    `json:"list"` // safe, block
	Kind    string    `json:"kind"` // number, ip, asn, device, account
	Value   string    `json:"value"`
	Tenant  string    `json:"tenant,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Source  string    `json:"source,omitempty"`
	Added   time.Time `json:"added"`
	Expires time.Time `json:"expires,omitzero"`
}

// ReadFiles compiles the lists of the configuration.
func ReadFiles(files []File, devices Devices) (*lists.Table, error) {
	var all []lists.Entry
	var errs []error
	for _, f := range files {
		text, err := os.ReadFile(f.Path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		entries, err := (&lists.Source{File: f.Path, Tenant: f.Tenant, Hash: hasher(devices)}).Read(text)
		errs = append(errs, err)
		all = append(all, entries...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return lists.New(all)
}

// hasher hashes a device id; without keys, as when a configuration is only
// checked, any hash will do.
func hasher(devices Devices) func(string) string {
	return func(device string) string {
		if devices == nil {
			sum := sha256.Sum256([]byte(device))
			return hex.EncodeToString(sum[:16])
		}
		sum := devices.Index(deviceKind, device)
		return hex.EncodeToString(sum[:])
	}
}

func openLists(cfg *Config) (*Lists, error) {
	l := &Lists{cfg: cfg}
	table, err := ReadFiles(cfg.Files, cfg.Devices)
	if err != nil {
		return nil, err
	}
	l.files.Store(table)
	if err := cfg.read(listsFile, &l.entries); err != nil {
		return nil, err
	}
	return l, l.compile(l.entries)
}

func (l *Lists) empty() bool { return l.files.Load().Len() == 0 && l.own.Load().Len() == 0 }

func (l *Lists) has(k lists.Kind) bool { return l.files.Load().Has(k) || l.own.Load().Has(k) }

// find asks the operators' own list first: it is the newer word.
func (l *Lists) find(q *lists.Query, into *fraud.Listed) {
	l.own.Load().Find(q, into)
	l.files.Load().Find(q, into)
}

// compile makes the table of entries, or tells what is wrong with one.
func (l *Lists) compile(entries []Entry) error {
	out := make([]lists.Entry, len(entries))
	for i := range entries {
		var err error
		if out[i], err = entries[i].table(); err != nil {
			return err
		}
	}
	table, err := lists.New(out)
	if err == nil {
		l.own.Store(table)
	}
	return err
}

func (e *Entry) table() (out lists.Entry, err error) {
	out = lists.Entry{
		Safe: e.List == "safe", Tenant: e.Tenant, Value: e.Value, List: ownList, Reason: e.Reason, Source: e.Source,
		Added: e.Added, Expires: e.Expires,
	}
	if e.List != "safe" && e.List != "block" {
		return out, fmt.Errorf("list must be safe or block, not %q", e.List)
	}
	out.Kind, err = lists.KindOf(e.Kind, e.Value)
	return out, err
}

// ErrNoEntry is what Remove answers for an id that nothing has.
var ErrNoEntry = errors.New("there is no such entry in the list that is kept while serving")

// Add puts an entry on the list, in the place of one on the same thing, and
// returns once it is on disk. A device is kept as its keyed hash.
func (l *Lists) Add(e Entry) (Entry, error) {
	if e.Kind == "device" {
		e.Value = hasher(l.cfg.Devices)(e.Value)
	}
	e.Added = l.cfg.Now().UTC().Truncate(time.Second)
	if !e.Expires.IsZero() && !e.Expires.After(e.Added) {
		return e, errors.New("expires lies in the past")
	}
	if max(len(e.Reason), len(e.Source)) > 200 {
		return e, errors.New("reason and source have at most 200 octets")
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{e.Tenant, e.Kind, e.Value}, "\x00")))
	e.ID = hex.EncodeToString(sum[:6])
	return e, l.change(func(list []Entry) ([]Entry, error) {
		list = slices.DeleteFunc(list, func(x Entry) bool { return x.ID == e.ID })
		if len(list) >= maxOwn {
			return nil, fmt.Errorf("the list holds %d entries, which is all that it can; put the rest into a file of the configuration", maxOwn)
		}
		return append(list, e), nil
	})
}

// Remove takes an entry off the list.
func (l *Lists) Remove(id string) error {
	return l.change(func(list []Entry) ([]Entry, error) {
		left := slices.DeleteFunc(list, func(x Entry) bool { return x.ID == id })
		if len(left) == len(list) {
			return nil, ErrNoEntry
		}
		return left, nil
	})
}

// change makes a new list of the present one; it is in force once it is on
// disk. Entries that have expired go at the same time.
func (l *Lists) change(edit func([]Entry) ([]Entry, error)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.cfg.Now()
	list := slices.DeleteFunc(slices.Clone(l.entries), func(x Entry) bool { return !x.Expires.IsZero() && !x.Expires.After(now) })
	list, err := edit(slices.Clip(list))
	if err != nil {
		return err
	}
	was := l.own.Load()
	if err := l.compile(list); err != nil {
		return err
	}
	if err := l.cfg.write(listsFile, list); err != nil {
		l.own.Store(was)
		return fmt.Errorf("keeping the list: %w", err)
	}
	l.entries = list
	return nil
}

// Entries are those of the list that is kept while serving, the newest last.
func (l *Lists) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}
