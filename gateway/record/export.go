package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// ExportConfig says what of a recording is written out.
type ExportConfig struct {
	Key   *Key
	Files []string
	// Pseudonyms replace all identifiers; nil leaves them as recorded.
	Pseudonyms *Pseudonyms
	// Decisions writes them too, with their facts. They tell ranges in clear,
	// and so cannot be had with pseudonyms.
	Decisions bool
}

// Exported counts what an export wrote and met.
type Exported struct {
	Lines     int
	Labelled  int      // sends that a label was found for
	Truncated []string // files without an end mark
}

// Export writes recordings as JSON Lines that replay reads. It reads the files
// twice: what people said of a send later stands as the send's label.
func Export(out io.Writer, cfg ExportConfig) (done Exported, err error) {
	if cfg.Decisions && cfg.Pseudonyms != nil {
		return done, errors.New("record: decisions tell ranges in clear; leave them or the pseudonyms out")
	}
	labels, err := cfg.labels()
	if err != nil {
		return done, err
	}
	w := bufio.NewWriterSize(out, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	done.Truncated, err = cfg.each(func(l *Line) error {
		switch l.Event {
		case Label, Review:
			return nil
		case Decision:
			if !cfg.Decisions {
				return nil
			}
		case Send:
			if label, ok := labels[l.ID]; ok {
				l.Label = label
				done.Labelled++
			}
		}
		if cfg.Pseudonyms != nil {
			cfg.Pseudonyms.line(l)
		}
		done.Lines++
		return enc.Encode(l)
	})
	return done, errors.Join(err, w.Flush())
}

// labels finds the latest label of each send, directly or by its review.
func (c *ExportConfig) labels() (map[string]string, error) {
	labels, sends := map[string]string{}, map[string][]string{}
	_, err := c.each(func(l *Line) error {
		switch l.Event {
		case Review:
			sends[l.Review] = append(sends[l.Review], l.ID)
		case Label:
			labels[l.ID] = l.Label
			for _, id := range sends[l.ID] {
				labels[id] = l.Label
			}
		}
		return nil
	})
	return labels, err
}

// each reads all lines of all files.
func (c *ExportConfig) each(f func(*Line) error) (truncated []string, err error) {
	for _, path := range c.Files {
		err := readFile(path, c.Key, f)
		if errors.Is(err, ErrTruncated) {
			truncated = append(truncated, path)
		} else if err != nil {
			return truncated, fmt.Errorf("%s: %w", path, err)
		}
	}
	return truncated, nil
}

func readFile(path string, k *Key, f func(*Line) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(Open(in, k))
	lines.Buffer(make([]byte, 1<<16), 1<<20)
	for lines.Scan() {
		var l Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("a line is no event: %w", err)
		}
		if err := f(&l); err != nil {
			return err
		}
	}
	return lines.Err()
}

// line replaces every identifier of a line.
func (p *Pseudonyms) line(l *Line) {
	l.ID, l.Review = p.Name("id", l.ID), p.Name("id", l.Review)
	if l.To != "" {
		l.To = p.Number(l.To)
	}
	l.Tenant, l.AccountID = p.Name("tenant", l.Tenant), p.Name("account", l.AccountID)
	l.Note = ""
	l.Carrier = p.Name("carrier", l.Carrier)
	if kind, instance, ok := strings.Cut(l.Label, ":"); ok {
		l.Label = kind + ":" + p.Name("label", instance)
	}
	if c := l.Context; c != nil {
		c.IP, c.DeviceID = p.Address(c.IP), p.Name("device", c.DeviceID)
		c.UserAgent, c.JA4 = p.Name("user_agent", c.UserAgent), p.Name("ja4", c.JA4)
		if d := c.Device; d != nil {
			d.IMSI, d.ICCID, d.IMEI = p.Name("imsi", d.IMSI), p.Name("iccid", d.ICCID), p.Name("imei", d.IMEI)
			d.LAC, d.CID = p.area("lac", d.LAC), p.area("cid", d.CID)
		}
	}
	if n := l.Network; n != nil {
		n.IMSI, n.ICCID, n.IMEI = p.Name("imsi", n.IMSI), p.Name("iccid", n.ICCID), p.Name("imei", n.IMEI)
		if n.VLR != "" {
			n.VLR = p.Number(n.VLR)
		}
		for v, kind := range map[*uint32]string{n.LAC: "lac", n.CID: "cid"} {
			if v != nil {
				*v = p.area(kind, *v)
			}
		}
	}
}
