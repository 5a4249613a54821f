package camara

import (
	"context"
	"errors"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

func (a *API) simChange(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.SIMChange, err = a.lastChange(ctx, n, "latestSimChange")
	return s, err
}

func (a *API) deviceChange(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.DeviceChange, err = a.lastChange(ctx, n, "latestDeviceChange")
	return s, err
}

func (a *API) simChecked(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.SIMChange, err = a.checked(ctx, n)
	return s, err
}

func (a *API) deviceChecked(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.DeviceChange, err = a.checked(ctx, n)
	return s, err
}

// lastChange asks for the date, and where the network withholds it for how
// long there was none.
func (a *API) lastChange(ctx context.Context, n subscriber.MSISDN, key string) (hlr.LastChange, error) {
	began := time.Now()
	o, err := a.post(ctx, "/retrieve-date", n, ask{PhoneNumber: n})
	if err != nil {
		return hlr.LastChange{}, err
	}
	at, told, err := o.date(key, time.Now(), a.client.cfg.Skew)
	if err != nil {
		return hlr.LastChange{}, err
	}
	days, err := o.days("monitoredPeriod")
	switch {
	case err != nil:
		return hlr.LastChange{}, err
	case told:
		return hlr.ChangedAt(at), nil
	case days > 0:
		return hlr.LastChange{NotAfter: began.UTC().AddDate(0, 0, -days)}, nil
	}
	return a.checked(ctx, n)
}

var errContradicts = errors.New("the network's answers contradict each other: changed within a shorter period and not within a longer one")

// checked asks for each of Config.MaxAges at once whether there was a change
// within it. Where one is not answered nothing is told: what the others leave
// open may be the change.
func (a *API) checked(ctx context.Context, n subscriber.MSISDN) (hlr.LastChange, error) {
	ages := a.client.cfg.MaxAges
	if len(ages) == 0 {
		return hlr.LastChange{}, nil
	}
	began := time.Now().UTC()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		i       int
		changed bool
		err     error
	}
	answers := make(chan answer, len(ages))
	for i, hours := range ages {
		go func() {
			r := answer{i: i}
			var o object
			if o, r.err = a.post(ctx, "/check", n, ask{PhoneNumber: n, MaxAge: hours}); r.err == nil {
				r.changed, r.err = o.boolean("swapped")
			}
			answers <- r
		}()
	}
	changed := make([]bool, len(ages))
	for range ages {
		r := <-answers
		if r.err != nil {
			return hlr.LastChange{}, r.err
		}
		changed[r.i] = r.changed
	}
	return interval(ages, changed, began, time.Now().UTC())
}

// interval is what the answers to several periods say together; the periods
// are in hours, the shortest first, and all were answered from began to ended.
func interval(ages []int, changed []bool, began, ended time.Time) (hlr.LastChange, error) {
	c := hlr.LastChange{NotAfter: ended}
	for i, hours := range ages {
		period := time.Duration(hours) * time.Hour
		switch {
		case changed[i] && c.NotBefore.IsZero():
			c.NotBefore = began.Add(-period)
		case !changed[i] && !c.NotBefore.IsZero():
			return hlr.LastChange{}, errContradicts
		case !changed[i]:
			c.NotAfter = ended.Add(-period)
		}
	}
	return c, nil
}
