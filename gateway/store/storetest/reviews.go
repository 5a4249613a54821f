package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// list reads one page of reviews as their notes.
func list(t *testing.T, s store.Store, tenant string, open bool, after store.ID, limit int) (notes []string) {
	t.Helper()
	vs, err := s.Reviews(ctx(t), tenant, open, after, limit)
	for _, v := range must(t, vs, err) {
		notes = append(notes, v.Note)
	}
	return notes
}

func testReviews(t *testing.T, open Opener) {
	s, reopen := open(t)
	var all []*store.Review
	for i, tenant := range []string{"acme", "globex", "acme", "globex", "acme"} {
		at := base.Add(time.Duration(i) * time.Second)
		v := &store.Review{ID: NewID(at, i), Rev: 1, Tenant: tenant, Kind: store.ReviewFreeze, OpenedAt: at, Note: fmt.Sprint(i)}
		all = append(all, v)
		write(t, s, &store.Tx{Reviews: []*store.Review{v}}) // and listed at once
	}
	resolved := *all[2]
	resolved.Rev, resolved.ResolvedAt, resolved.Resolution = 2, base.Add(time.Hour), "false_alarm"
	commit(t, s, &store.Tx{Reviews: []*store.Review{&resolved}})
	for s := range twice(s, reopen) {
		for _, c := range []struct {
			tenant string
			open   bool
			want   []string
		}{
			{"acme", true, []string{"4", "0"}},
			{"acme", false, []string{"4", "2", "0"}},
			{"globex", true, []string{"3", "1"}},
			{"", true, []string{"4", "3", "1", "0"}},
			{"", false, []string{"4", "3", "2", "1", "0"}},
			{"nobody", false, nil},
		} {
			if got := list(t, s, c.tenant, c.open, store.ID{}, 100); !slices.Equal(got, c.want) {
				t.Errorf("Reviews(%q, open %v) = %v, want %v", c.tenant, c.open, got, c.want)
			}
		}
	}
}

func testReviewPages(t *testing.T, open Opener) {
	s, _ := open(t)
	const n = 25
	for i := range n {
		commit(t, s, &store.Tx{Reviews: []*store.Review{{ID: NewID(base, i), Rev: 1, Tenant: "acme", OpenedAt: base, Note: fmt.Sprint(i)}}})
	}
	var got []string
	var after store.ID
	for {
		page, err := s.Reviews(ctx(t), "acme", true, after, 10)
		if page = must(t, page, err); len(page) == 0 {
			break
		}
		for _, v := range page {
			got = append(got, v.Note)
		}
		after = page[len(page)-1].ID
	}
	if len(got) != n || got[0] != "24" || got[n-1] != "0" {
		t.Errorf("the pages hold %v, want 24 down to 0", got)
	}
	if got := list(t, s, "acme", true, store.ID{}, 0); len(got) != 0 {
		t.Errorf("a page of none holds %v", got)
	}
}
