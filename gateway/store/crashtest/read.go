package crashtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tollgate/gateway/store"
)

// orNil turns a record that is not there into nil.
func orNil[T any](v *T, err error) (any, error) {
	if errors.Is(err, store.ErrNotFound) || err == nil && v == nil {
		return nil, nil
	}
	return v, err
}

// read is what a store holds of a record now.
func (r *run) read(s store.Store, k key) (any, error) {
	ctx := context.Background()
	switch k.kind {
	case message:
		return orNil(s.Message(ctx, k.id))
	case delivery:
		return orNil(s.Delivery(ctx, k.id))
	case challenge:
		return orNil(s.Challenge(ctx, k.id))
	case number:
		return orNil(s.NumberState(ctx, k.name, k.to))
	case account:
		return orNil(s.AccountState(ctx, tenant, k.name))
	case identity:
		return orNil(s.Identity(ctx, k.name, k.to))
	case review:
		return orNil(s.Review(ctx, k.id))
	}
	a, err := s.Claim(ctx, tenant, k.name, bodyOf(k.name), r.now())
	if a == nil && err == nil {
		s.Release(tenant, k.name)
	}
	return orNil(a, err)
}

// recovered compares the list of open messages with what is there of each.
func (r *run) recovered(s store.Store) error {
	open := map[store.ID]store.Unfinished{}
	for m, err := range s.Open(context.Background()) {
		if err != nil {
			return fmt.Errorf("listing the open messages: %w", err)
		}
		if open[m.ID], err = s.Unfinished(context.Background(), m.ID); err != nil {
			return fmt.Errorf("reading an open message: %w", err)
		}
	}
	for k, h := range r.model {
		if k.kind != message || h.latest() == nil {
			continue
		}
		d, _ := r.model.of(key{kind: delivery, id: k.id}).latest().(*store.Delivery)
		u, listed := open[k.id]
		delete(open, k.id)
		c, err := orNil(s.Content(context.Background(), k.id))
		if err != nil {
			return err
		}
		switch ended := d == nil || d.Status.Terminal(); {
		case ended && (listed || c != nil):
			return fmt.Errorf("%v has ended, and is still listed (%v) or has its text (%v)", k, listed, c)
		case !ended && (!listed || c == nil || u.Content == nil || u.Content.Text != textOf(k.id) || c.(*store.Content).Text != textOf(k.id)):
			return fmt.Errorf("%v is %v, and not listed (%v) or without its text (%v)", k, d.Status, listed, c)
		case !ended && (u.Delivery == nil || u.Delivery.Status != d.Status || u.Delivery.Attempts != d.Attempts || u.Delivery.Sending != d.Sending):
			return fmt.Errorf("%v is recovered as %+v, want %+v", k, u.Delivery, d)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("%d open messages that nobody sent are listed", len(open))
	}
	return r.listed(s)
}

// listed compares the list of open reviews with the reviews.
func (r *run) listed(s store.Store) error {
	list, err := s.Reviews(context.Background(), tenant, true, store.ID{}, 1000)
	if err != nil {
		return fmt.Errorf("listing the reviews: %w", err)
	}
	var got, want []string
	for _, v := range list {
		got = append(got, v.ID.String())
	}
	for k, h := range r.model {
		if v, ok := h.latest().(*store.Review); ok && v.ResolvedAt.IsZero() {
			want = append(want, k.id.String())
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("the open reviews are %v, want %v", got, want)
	}
	return nil
}
