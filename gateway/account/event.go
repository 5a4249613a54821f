package account

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"
)

// Types of the events there are.
const (
	TypeSubmitted      = "message.submitted"
	TypeDelivered      = "message.delivered"
	TypeUndelivered    = "message.undelivered"
	TypeExpired        = "message.expired"
	TypeRejected       = "message.rejected"
	TypeUnknown        = "message.unknown"
	TypeApproved       = "otp.approved"
	TypeFrozen         = "number.frozen"
	TypeLocked         = "number.locked"
	TypeReviewOpened   = "review.opened"
	TypeReviewResolved = "review.resolved"
)

// maxBody is the largest body posted, in octets.
const maxBody = 64 << 10

// Event is one piece of news for a tenant.
type Event struct {
	Tenant string
	URL    string // the tenant's, or the request's callback_url
	Secret string // as ParseSecrets reads it
	Type   string
	At     time.Time
	// Data becomes JSON before Notify returns. It must never hold a code or
	// a text: a webhook leaves the house.
	Data any
}

// job is an event on its way.
type job struct {
	tenant, url, host, kind string
	keys                    [][]byte
	id                      string // webhook-id, the same in every attempt
	body                    []byte
	attempts                int
	endpoint                *endpoint
}

// newJob makes everything that an attempt needs, so that what is wrong with
// an event is found before it is queued.
func newJob(e *Event, random io.Reader, allowPrivate, allowHTTP bool) (*job, error) {
	if err := CheckURL(e.URL, allowPrivate, allowHTTP); err != nil {
		return nil, err
	}
	keys, err := ParseSecrets(e.Secret)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      any       `json:"data"`
	}{e.Type, e.At.UTC(), e.Data})
	if err != nil {
		return nil, fmt.Errorf("webhook: writing the body: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("webhook: the body has %d octets, more than %d", len(body), maxBody)
	}
	var id [16]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return nil, fmt.Errorf("webhook: drawing an id: %w", err)
	}
	u, _ := url.Parse(e.URL) // CheckURL has parsed it before
	return &job{
		tenant: e.Tenant, url: e.URL, host: u.Host, kind: e.Type,
		keys: keys, id: "evt_" + hex.EncodeToString(id[:]), body: body,
	}, nil
}
