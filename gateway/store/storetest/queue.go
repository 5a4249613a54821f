package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// unfinished reads the whole open list.
func unfinished(t *testing.T, s store.Store) (list []store.Unfinished) {
	t.Helper()
	for m, err := range s.Open(ctx(t)) {
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		u, err := s.Unfinished(ctx(t), m.ID)
		if err != nil {
			t.Fatalf("Unfinished: %v", err)
		}
		if m.Kind != u.Message.Kind || m.Deadline.UnixMilli() != u.Message.ExpiresAt.UnixMilli() || m.Delivery != nil && m.Delivery.ID != m.ID {
			t.Errorf("the list has %+v for %+v", m, u.Message)
		}
		list = append(list, u)
	}
	return list
}

func testOpenOrder(t *testing.T, open Opener) {
	s, reopen := open(t)
	ttls := []time.Duration{300, 30, 120, 1800, 60, 90}
	for i, ttl := range ttls {
		write(t, s, Send(base.Add(time.Duration(i)*time.Second), i, ttl*time.Second))
	}
	commit(t, s, done(Send(base.Add(2*time.Second), 2, 120*time.Second), store.Expired, base.Add(time.Hour)))
	want := []string{"your code is 000001", "your code is 000004", "your code is 000005", "your code is 000000", "your code is 000003"}
	for s := range twice(s, reopen) {
		var got []string
		for _, u := range unfinished(t, s) {
			got = append(got, u.Content.Text)
			if u.Message.ID != u.Content.ID || u.Message.ID != u.Delivery.ID || u.Delivery.Status != store.Accepted {
				t.Errorf("open: the parts do not belong together: %+v", u)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("Open yields %q, want %q", got, want)
		}
	}
	for u, err := range s.Open(ctx(t)) { // a reader may stop
		if err == nil && u.ID.IsZero() {
			t.Error("Open yields nothing")
		}
		break
	}
}

func testTerminalErasesContent(t *testing.T, open Opener) {
	for status := store.Accepted; status <= store.Canceled; status++ {
		s, reopen := open(t)
		tx := Send(base, 1, time.Minute)
		id := tx.Messages[0].ID
		commit(t, s, tx)
		end := done(tx, status, base.Add(time.Second))
		if status%2 == 0 {
			end.Deliveries[0].ExpiresAt = time.Time{} // a careless caller
		}
		commit(t, s, end)
		for s := range twice(s, reopen) {
			_, err := s.Content(ctx(t), id)
			if status.Terminal() != errors.Is(err, store.ErrNotFound) {
				t.Errorf("%v: content: %v", status, err)
			}
			if n := len(unfinished(t, s)); n == 1 == status.Terminal() {
				t.Errorf("%v: %d messages open", status, n)
			}
			d, err := s.Delivery(ctx(t), id)
			if d = must(t, d, err); d.Status != status {
				t.Errorf("delivery %v, want %v", d.Status, status)
			}
			m, err := s.Message(ctx(t), id)
			must(t, m, err)
			if _, err := s.Unfinished(ctx(t), id); status.Terminal() != errors.Is(err, store.ErrNotFound) {
				t.Errorf("%v: read as unfinished: %v", status, err)
			}
		}
	}
}

// testRejectedAtOnce accepts and ends a message in one Tx.
func testRejectedAtOnce(t *testing.T, open Opener) {
	s, reopen := open(t)
	tx := Send(base, 1, time.Minute)
	tx.Deliveries[0].Status, tx.Deliveries[0].DoneAt = store.Rejected, base
	commit(t, s, tx)
	for s := range twice(s, reopen) {
		if _, err := s.Content(ctx(t), tx.Messages[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("content of a rejected message: %v, want ErrNotFound", err)
		}
		if n := len(unfinished(t, s)); n != 0 {
			t.Errorf("%d messages open, want none", n)
		}
	}
}

// testLateContent puts a content after its message: it counts as long as the
// message is open, and cannot open it again.
func testLateContent(t *testing.T, open Opener) {
	s, _ := open(t)
	tx := Send(base, 1, time.Minute)
	content := tx.Contents
	tx.Contents = nil
	commit(t, s, tx)
	if u := unfinished(t, s); len(u) != 1 || u[0].Content != nil {
		t.Errorf("open without a content: %+v", u)
	}
	commit(t, s, &store.Tx{Contents: content})
	if u := unfinished(t, s); len(u) != 1 || u[0].Content == nil || u[0].Content.Text != content[0].Text {
		t.Errorf("open with a late content: %+v", u)
	}
	commit(t, s, done(tx, store.Delivered, base))
	commit(t, s, &store.Tx{Contents: content})
	if u := unfinished(t, s); len(u) != 0 {
		t.Errorf("a content opened a finished message: %+v", u)
	}
}

// testCloseInsideOpen closes the store while the open list is read.
func testCloseInsideOpen(t *testing.T, open Opener) {
	s, _ := open(t)
	for i := range 10 {
		commit(t, s, Send(base, i, time.Minute))
	}
	closed := make(chan error, 1)
	var last error
	for _, err := range s.Open(ctx(t)) {
		if last = err; err != nil {
			break
		}
		if closed != nil {
			go func(c chan error) { c <- s.Close() }(closed)
			for err == nil { // until Close has begun
				_, err = s.Message(ctx(t), NewID(base, 1))
			}
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("reading while closing = %v, want ErrClosed", err)
			}
			defer func(c chan error) {
				if err := <-c; err != nil {
					t.Errorf("Close: %v", err)
				}
			}(closed)
			closed = nil
		}
	}
	if !errors.Is(last, store.ErrClosed) {
		t.Errorf("Open ended with %v, want ErrClosed", last)
	}
}
