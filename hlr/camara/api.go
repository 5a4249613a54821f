package camara

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// API is one API of a network, as a provider.
type API struct {
	client *Client
	name   string
	root   string // URL up to the operation
	kind   kind
}

// kind is what an API tells and how it is asked.
type kind struct {
	path    string // name of the API in URLs
	version string
	fields  hlr.Field
	ask     func(a *API, ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error)
}

var kinds = map[string]kind{
	"sim-swap":                   {"sim-swap", "v2", hlr.FieldSIMChange, (*API).simChange},
	"sim-swap-check":             {"sim-swap", "v2", hlr.FieldSIMChange, (*API).simChecked},
	"device-swap":                {"device-swap", "v1", hlr.FieldDeviceChange, (*API).deviceChange},
	"device-swap-check":          {"device-swap", "v1", hlr.FieldDeviceChange, (*API).deviceChecked},
	"number-recycling":           {"number-recycling", "v0.2", hlr.FieldRecycled, (*API).recycled},
	"call-forwarding-signal":     {"call-forwarding-signal", "v0.3", hlr.FieldCallForwarding, (*API).forwarding},
	"device-roaming-status":      {"device-roaming-status", "v1", hlr.FieldRoaming, (*API).roaming},
	"device-reachability-status": {"device-reachability-status", "v1", hlr.FieldReachable, (*API).reachable},
}

var (
	_ hlr.Provider = (*API)(nil)
	_ hlr.Noter    = (*API)(nil)
)

// api finds an API by NAME or NAME/VERSION.
func (c *Client) api(spec string) (*API, error) {
	name, version, versioned := strings.Cut(spec, "/")
	k, ok := kinds[name]
	if !ok {
		return nil, fmt.Errorf("there is no API %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	if !versioned {
		version = k.version
	}
	if !strings.HasPrefix(version, "v") || strings.ContainsAny(version, "/?#% ") {
		return nil, fmt.Errorf("%q is no version of an API: write %s/%s", version, name, k.version)
	}
	for _, other := range c.apis {
		if other != nil && other.kind.fields == k.fields {
			return nil, fmt.Errorf("two APIs of one network tell %v: name one of them", k.fields)
		}
	}
	a := &API{client: c, name: c.cfg.Name, root: c.cfg.Base + "/" + k.path + "/" + version, kind: k}
	if len(c.apis) > 0 {
		a.name += "/" + name
	}
	return a, nil
}

// Name is the network's own for the first API, and with that of the API behind
// a slash for the others.
func (a *API) Name() string { return a.name }

// Fields is what the API can tell.
func (a *API) Fields() hlr.Field { return a.kind.fields }

// Note says when no access token can be fetched.
func (a *API) Note() string { return a.client.tokens.note() }

// Warm waits for the first access token, within the context's time.
func (a *API) Warm(ctx context.Context) error {
	_, err := a.client.tokens.await(ctx)
	return err
}

// Close closes the client, which its APIs share.
func (a *API) Close() error { return a.client.Close() }

var errNumber = errors.New("this is no number that CAMARA can be asked about")

// Lookup asks the API about one number, within the context's time.
func (a *API) Lookup(ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	if !isNumber(string(n)) {
		return hlr.Subscriber{}, errNumber
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeoutMax)
		defer cancel()
	}
	return a.kind.ask(a, ctx, n)
}

// isNumber goes by the pattern of PhoneNumber, ^\+[1-9][0-9]{4,14}$.
func isNumber(s string) bool {
	digits, ok := strings.CutPrefix(s, "+")
	return ok && len(digits) >= 5 && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}

// ask is the body of a request; the APIs name a number in one of two ways.
type ask struct {
	PhoneNumber   subscriber.MSISDN `json:"phoneNumber,omitempty"`
	Device        *device           `json:"device,omitempty"`
	MaxAge        int               `json:"maxAge,omitempty"`
	SpecifiedDate string            `json:"specifiedDate,omitempty"` // YYYY-MM-DD
}

type device struct {
	PhoneNumber subscriber.MSISDN `json:"phoneNumber"`
}

// post asks one operation of the API about a number.
func (a *API) post(ctx context.Context, operation string, n subscriber.MSISDN, body ask) (object, error) {
	o, err := a.client.post(ctx, a.root+operation, body)
	if err != nil {
		return nil, err
	}
	return o, o.about(n)
}

// forwarding is true where all calls are forwarded, those with a spoken code too.
func (a *API) forwarding(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.CallForwarding, err = a.flag(ctx, "/unconditional-call-forwardings", "active", n, ask{PhoneNumber: n})
	return s, err
}

func (a *API) roaming(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.Roaming, err = a.flag(ctx, "/retrieve", "roaming", n, ask{Device: &device{n}})
	return s, err
}

func (a *API) reachable(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	s.Reachable, err = a.flag(ctx, "/retrieve", "reachable", n, ask{Device: &device{n}})
	return s, err
}

func (a *API) flag(ctx context.Context, operation, key string, n subscriber.MSISDN, body ask) (*bool, error) {
	o, err := a.post(ctx, operation, n, body)
	if err != nil {
		return nil, err
	}
	yes, err := o.boolean(key)
	if err != nil {
		return nil, err
	}
	return &yes, nil
}

// recycled finds out whether the number went to another person. The API only
// says whether that was after a date, so the day is searched for, by halves,
// once it was. Where the time is up before that, the latest day that it can
// have been counts: then the number is taken for given away later than it was,
// and never earlier.
func (a *API) recycled(ctx context.Context, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	now := time.Now().UTC()
	after := func(daysAgo int) (bool, error) {
		o, err := a.post(ctx, "/check", n, ask{PhoneNumber: n, SpecifiedDate: now.AddDate(0, 0, -daysAgo).Format(time.DateOnly)})
		if err != nil {
			return false, err
		}
		return o.boolean("phoneNumberRecycled")
	}
	early, late := a.client.cfg.RecycledDays, 0 // days ago: it was after early, and not after late
	changed, err := after(early)
	if err != nil {
		return s, err
	}
	if !changed {
		s.Told = hlr.FieldRecycled
		return s, nil
	}
	for early-late > 1 {
		mid := (early + late) / 2
		changed, err := after(mid)
		if err != nil {
			break // that it was is known, and must not be lost
		}
		if changed {
			early = mid
		} else {
			late = mid
		}
	}
	s.RecycledAt = now.AddDate(0, 0, -late).Truncate(24 * time.Hour).Add(24 * time.Hour)
	if s.RecycledAt.After(now) {
		s.RecycledAt = now
	}
	return s, nil
}
