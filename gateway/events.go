package gateway

import (
	"time"

	"tollgate/gateway/account"
	"tollgate/gateway/store"
)

// messageData is a message's state as its webhook tells it: no code, no text.
type messageData struct {
	ID        string            `json:"id"`
	To        string            `json:"to"`
	Status    string            `json:"status"`
	Carrier   string            `json:"carrier,omitempty"`
	Attempts  int               `json:"attempts"`
	Reason    string            `json:"reason,omitempty"`
	AccountID string            `json:"account_id,omitempty"`
	Purpose   string            `json:"purpose,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
}

// prefixes of public ids, by what they name.
var prefixes = map[store.Kind]string{store.KindOTP: "otp_", store.KindText: "msg_"}

// messageEvent tells the tenant of a message's state. It runs under the
// message's lock: it must only hand over.
func (s *Service) messageEvent(m *store.Message, d *store.Delivery) {
	if d.Status.Terminal() {
		s.Watch.Ended(m, d)
		s.recordReceipt(m, d)
		s.ended(m, d)
	}
	t := s.Tenants(m.Tenant)
	if t == nil || t.WebhookURL == "" && m.CallbackURL == "" {
		return
	}
	if d.Status == store.Canceled {
		return // the tenant did it
	}
	s.notify(t, m.CallbackURL, "message."+d.Status.String(), messageData{
		ID: prefixes[m.Kind] + m.ID.String(), To: string(m.To), Status: d.Status.String(), Carrier: d.Carrier,
		Attempts: d.Attempts, Reason: d.Reason, AccountID: m.AccountID, Purpose: m.Purpose, Metadata: m.Metadata,
	})
}

type approvedData struct {
	ID        string    `json:"id"`
	To        string    `json:"to"`
	Purpose   string    `json:"purpose"`
	AccountID string    `json:"account_id,omitempty"`
	At        time.Time `json:"at"`
}

func (s *Service) approvedEvent(t *Tenant, ch *store.Challenge) {
	s.notify(t, "", "otp.approved", approvedData{
		ID: "otp_" + ch.ID.String(), To: string(ch.To), Purpose: ch.Purpose, AccountID: ch.AccountID, At: ch.ApprovedAt.UTC(),
	})
}

type reviewData struct {
	Review     string   `json:"review_id"`
	Kind       string   `json:"kind"`
	To         string   `json:"to"`
	AccountID  string   `json:"account_id,omitempty"`
	Purpose    string   `json:"purpose,omitempty"`
	Score      float64  `json:"score"`
	Reasons    []string `json:"reasons"`
	Resolution string   `json:"resolution,omitempty"`
}

func (s *Service) reviewEvent(t *Tenant, kind string, r *store.Review) {
	data := reviewData{
		Review: "rev_" + r.ID.String(), Kind: string(r.Kind), To: string(r.To), AccountID: r.AccountID, Purpose: r.Purpose,
		Score: r.Decision.Score, Reasons: []string{}, Resolution: r.Resolution,
	}
	for _, reason := range r.Decision.Reasons {
		data.Reasons = append(data.Reasons, reason.Code)
	}
	s.notify(t, "", kind, data)
}

// notify queues one webhook: to the message's own URL where it has one, else
// to the tenant's.
func (s *Service) notify(t *Tenant, url, kind string, data any) {
	if url == "" {
		url = t.WebhookURL
	}
	if url == "" {
		return
	}
	s.Notifier.Notify(account.Event{Tenant: t.ID, URL: url, Secret: t.WebhookSecret, Type: kind, At: s.Now(), Data: data})
}
