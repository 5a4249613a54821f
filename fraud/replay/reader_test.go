package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func at(second int) string {
	return time.Date(2026, 1, 31, 8, 0, second, 0, time.UTC).Format(time.RFC3339)
}

func sendLine(second int, id string) string {
	return fmt.Sprintf(`{"at":%q,"event":"send","id":%q,"to":"+4915112345678"}`, at(second), id)
}

// stream reads a text and lists the ids that came, each with its second.
func stream(t *testing.T, r io.Reader) (ids []string, in Input) {
	t.Helper()
	in, err := Stream(context.Background(), NewReader(r), func(e *Event) error {
		ids = append(ids, fmt.Sprintf("%s@%d/%d", e.ID, e.At.Second(), e.Line))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, in
}

func TestStreamPassesWhatIsNoEvent(t *testing.T) {
	long := `{"x":"` + strings.Repeat("a", 2*maxLine) + `"}`
	text := "\xef\xbb\xbf" + sendLine(1, "a") + "\r\n\n  \n" + `{"broken":` + "\n" + sendLine(2, "b") + "\n" + long + "\nnull\n" + sendLine(3, "c") + "\n" +
		`{"at":"` + strings.Repeat(" ", 1<<18) + `"}` + "\n" + sendLine(4, "d") + "\n" + sendLine(5, "e")[:40]
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(text), "by octets": iotest.OneByteReader(strings.NewReader(text))} {
		ids, in := stream(t, r)
		if got := strings.Join(ids, " "); got != "a@1/1 b@2/5 c@3/8 d@4/10" {
			t.Errorf("%s: came %s", name, got)
		}
		faults := strings.Join(in.Faults, "\n")
		for _, want := range []string{"line 4: it ends in the middle", "line 6: it is longer than 1048576", "line 7: it is no JSON object", "line 9: \"event\" is missing", "line 11: the file ends in the middle"} {
			if !strings.Contains(faults, want) {
				t.Errorf("%s: %q is not told: %s", name, want, faults)
			}
		}
		if in.Malformed != 5 || in.Lines != 9 || !in.Truncated || in.OutOfOrder != 0 {
			t.Errorf("%s: %+v", name, in)
		}
	}
}

func TestLastLineNeedsNoNewline(t *testing.T) {
	if ids, in := stream(t, strings.NewReader(sendLine(1, "a"))); len(ids) != 1 || in.Truncated || in.Malformed != 0 {
		t.Errorf("came %v: %+v", ids, in)
	}
	if ids, in := stream(t, strings.NewReader("")); len(ids) != 0 || in.Lines != 0 {
		t.Errorf("of nothing came %v: %+v", ids, in)
	}
}

func TestTimeNeverRunsBack(t *testing.T) {
	ids, in := stream(t, strings.NewReader(sendLine(5, "a")+"\n"+sendLine(3, "b")+"\n"+sendLine(5, "c")+"\n"+sendLine(4, "d")+"\n"+sendLine(6, "e")+"\n"))
	if got := strings.Join(ids, " "); got != "a@5/1 b@5/2 c@5/3 d@5/4 e@6/5" {
		t.Errorf("came %s", got)
	}
	if in.OutOfOrder != 2 || in.Malformed != 0 || len(in.Faults) != 1 || !strings.Contains(in.Faults[0], "line 2: it is earlier") || !strings.Contains(in.Faults[0], "(2 such lines)") {
		t.Errorf("%+v", in)
	}
}

func TestFaultsThatAreNamedAreBounded(t *testing.T) {
	_, in := stream(t, strings.NewReader(strings.Repeat("x\n \"x\"x\n {\"x\":[1 2]}\n {\"xyz\":[1 2]}\n", 1000)))
	want := []string{"line 1: column 1: no JSON value (1000 such lines)", "line 2: it is no JSON object (1000 such lines)", "line 3: column 10: a comma or ] must stand here (2000 such lines)"}
	if in.Malformed != 4000 || !slices.Equal(in.Faults, want) {
		t.Errorf("%d malformed, named %q", in.Malformed, in.Faults)
	}
	var met faults
	for i := range 2 * maxFaults {
		met.add(&LineError{Line: int64(i), Err: errors.New(strings.Repeat("x", i))})
	}
	if all := met.list(); len(all) != maxFaults || len(met.at) != maxFaults {
		t.Errorf("%d kinds are named", len(all))
	}
}

// An event without a time of use is one still, made when the one before it was.
func TestEventsWithoutATimeAreKept(t *testing.T) {
	undated := func(id, at string) string {
		return fmt.Sprintf(`{%s"event":"send","id":%q,"to":"+4915112345678"}`, at, id) + "\n"
	}
	ids, in := stream(t, strings.NewReader(sendLine(5, "a")+"\n"+undated("b", "")+undated("c", `"at":"2026-01-31T08:00:09",`)+
		undated("d", `"at":1769846400,`)+undated("e", `"at":null,`)+sendLine(7, "f")+"\n"))
	if got := strings.Join(ids, " "); got != "a@5/1 b@5/2 c@5/3 d@5/4 e@5/5 f@7/6" {
		t.Errorf("came %s", got)
	}
	if in.Undated != 4 || in.Malformed+in.OutOfOrder != 0 || len(in.Faults) != 1 || !strings.Contains(in.Faults[0], "line 2: its \"at\" is missing") {
		t.Errorf("%+v", in)
	}
	var c Clock
	e := Event{Undated: true}
	if err := c.Set(&e); err != errUndated || !e.At.Equal(beforeAll) {
		t.Errorf("before all others: %v, %v", e.At, err)
	}
	e = Event{At: beforeAll.Add(26 * 365 * 24 * time.Hour)}
	if err := c.Set(&e); err != nil {
		t.Errorf("the first with a time: %v", err)
	}
}

func TestAReadThatFailsIsAnError(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := Stream(context.Background(), NewReader(io.MultiReader(strings.NewReader(sendLine(1, "a")+"\n"+sendLine(2, "b")), iotest.ErrReader(broken))),
		func(*Event) error { return nil })
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Stream(ctx, NewReader(strings.NewReader(sendLine(1, "a"))), func(*Event) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// endless repeats a line.
type endless struct {
	line []byte
	left int
}

func (r *endless) Read(b []byte) (n int, err error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	for n < len(b)-len(r.line) {
		n += copy(b[n:], r.line)
	}
	r.left -= n
	return n, nil
}

// A gigabyte of events passes without anything of it being kept.
func TestStreamKeepsOneLine(t *testing.T) {
	r := NewReader(&endless{[]byte(sendLine(1, "a") + "\n"), 1 << 30})
	events := 0
	var e Event
	allocs := testing.AllocsPerRun(1, func() {
		for events < 1_000_000 {
			if err := r.Next(&e); err != nil {
				t.Fatal(err)
			}
			events++
		}
	})
	if allocs > 100 {
		t.Errorf("%g allocations for a million events", allocs)
	}
	if cap(r.long) > 0 || r.in.Size() > 1<<20 || !bytes.HasPrefix(e.ID, []byte("a")) {
		t.Errorf("kept %d and %d octets", cap(r.long), r.in.Size())
	}
}

// Neither does a gigabyte of them in batches, which Stream uses again.
func TestStreamKeepsItsBatches(t *testing.T) {
	var before, after runtime.MemStats
	line := strings.Replace(sendLine(1, "a"), "+49", "49", 1) // a number is read into memory of its own
	escaped := strings.Replace(line, `"a"`, `"\u0061"`, 1)
	r, events := NewReader(&endless{[]byte(line + "\n" + escaped + "\n"), 1 << 28}), 0
	runtime.ReadMemStats(&before)
	in, err := Stream(context.Background(), r, func(e *Event) error {
		if events++; string(e.ID) != "a" {
			t.Fatalf("event %d is %q", events, e.ID)
		}
		return nil
	})
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; err != nil || events < 1_000_000 || in.Lines != int64(events) || took > 4<<20 {
		t.Errorf("%d events of %d lines, %d octets allocated, %v", events, in.Lines, took, err)
	}
}

// One event whose time is wrong does not take the others along; a long gap does.
func TestTimeLeaps(t *testing.T) {
	day := 24 * time.Hour
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var c Clock
	for i, v := range []struct {
		at, want time.Duration
		fault    error
	}{
		{0, 0, nil},
		{50 * day, 50 * day, nil},            // weeks of quiet
		{9000 * day, 50 * day, errLeap},      // a slip
		{51 * day, 51 * day, nil},            // and on
		{400 * day, 51 * day, errLeap},       // is this one too?
		{400*day + 5, 400*day + 5, nil},      // no: a year of quiet
		{400 * day, 400*day + 5, errEarlier}, // the usual disorder
		{401 * day, 401 * day, nil},
	} {
		e := Event{At: start.Add(v.at)}
		if err := c.Set(&e); err != v.fault || !e.At.Equal(start.Add(v.want)) {
			t.Errorf("event %d: %v, %v; want %v, %v", i, e.At.Sub(start), err, v.want, v.fault)
		}
	}
	if c.OutOfOrder != 3 {
		t.Errorf("%d out of order, want 3", c.OutOfOrder)
	}
}
