package gateway

import (
	"context"
	"errors"

	"tollgate/gateway/otp"
	"tollgate/gateway/store"
)

// View is all that is known of one of the tenant's messages, or of a send that
// was refused.
func (s *Service) View(ctx context.Context, t *Tenant, id store.ID, kind store.Kind) (*View, error) {
	msg, err := s.Store.Message(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.viewRefused(ctx, t, id, kind)
	case err != nil:
		return nil, err
	case msg.Tenant != t.ID || msg.Kind != kind:
		return nil, notFound()
	}
	v := &View{Message: msg}
	// The dispatcher knows the newest state of a message in memory; of one that has
	// ended, or stands on disk alone, the store does.
	if v.Delivery = s.Dispatcher.Live(id); v.Delivery == nil {
		if v.Delivery, err = s.Store.Delivery(ctx, id); err != nil {
			return nil, err
		}
	}
	if kind != store.KindOTP {
		return v, nil
	}
	if v.Challenge, err = s.challenge(ctx, t, id); err != nil {
		return nil, err
	}
	otp.Expire(v.Challenge, s.Now()) // in this copy: its own record changes at the next check
	if at := v.Challenge.ApprovedAt; !at.IsZero() {
		v.Delivery.Timeline = append(v.Delivery.Timeline, store.Step{Name: "approved", At: at, Latency: at.Sub(msg.CreatedAt)})
	}
	return v, nil
}

// Cancel ends a challenge, and its message unless a carrier has it or may have it.
func (s *Service) Cancel(ctx context.Context, t *Tenant, id store.ID) (*View, error) {
	err := retry(ctx, func() error {
		ch, err := s.challenge(ctx, t, id)
		if err != nil {
			return err
		}
		changed := otp.Cancel(ch, s.Now())
		switch ch.Status {
		case store.ChallengeApproved:
			return refuse(CodeNotCancelable, "the code was already approved")
		case store.ChallengeExpired:
			return refuse(CodeNotCancelable, "the code has already expired")
		}
		if !changed {
			return nil
		}
		ch.Rev++
		return s.commit(ctx, &store.Tx{Challenges: []*store.Challenge{ch}})
	})
	if err != nil {
		return nil, err
	}
	if err := s.Dispatcher.Cancel(ctx, id); err != nil {
		return nil, s.notCanceled(ctx, id, err)
	}
	return s.View(ctx, t, id, store.KindOTP)
}

// notCanceled tells of a message that could not be read to be canceled. Its code is
// worth nothing any more, but the handset may still get it.
func (s *Service) notCanceled(ctx context.Context, id store.ID, err error) error {
	if ctx.Err() != nil {
		return err
	}
	s.Log.Error("canceling a message that is not in memory", "message", id, "error", err)
	return &Refusal{Code: CodeOverloaded, RetryAfter: retryUnread, Detail: "the code is canceled, but whether its message still goes out is not certain: repeat the request"}
}
