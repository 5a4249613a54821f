package smsc

import (
	"time"

	"tollgate/smpp/pdu"
)

// Profile says how the simulated SMSC behaves. The zero Profile is a perfect
// SMSC: it accepts everyone and everything, answers at once and delivers every
// message at once. A share is a probability from 0 to 1.
type Profile struct {
	// Accounts that may bind. Empty (the default): any system_id with any
	// password, so that a first try needs no set-up.
	Accounts []Account `yaml:"accounts"`

	// ResponseDelay is the time from a submit_sm to its response. Default 0:
	// whoever measures a client wants no wait of ours in it.
	ResponseDelay Distribution `yaml:"response_delay"`
	// ReceiptDelay is the time from the response to the final state, when the
	// receipt is sent. Default 0. A handset takes 1 to 5 s in the field.
	ReceiptDelay Distribution `yaml:"receipt_delay"`

	// Statuses are the refusals of submit_sm; shares add up to 1 at most, the
	// rest is accepted. Default none.
	Statuses []StatusRate `yaml:"statuses"`
	// Receipts are the final states; shares add up to 1 at most, the rest is
	// DELIVRD. Default all DELIVRD. `none` sends no receipt at all: load tests
	// that count submissions only.
	Receipts ReceiptRates `yaml:"receipts"`

	// ThrottleTPS is the rate, in submit_sm a second for each system_id, above
	// which ESME_RTHROTTLED answers. Default 0: no limit.
	ThrottleTPS float64 `yaml:"throttle_tps"`
	// ThrottleBurst is how many may come at once after a pause. Default one
	// second's worth: most carriers count per calendar second.
	ThrottleBurst int `yaml:"throttle_burst"`
	// QueueLimit is how many messages of a system_id may wait for their final
	// state; above it ESME_RMSGQFUL. Default 0: no limit.
	QueueLimit int `yaml:"queue_limit"`
	// MaxWindow is how many submit_sm a bind may have unanswered; above it
	// WindowStatus. Acts only with a response delay. Default 0: no limit.
	MaxWindow int `yaml:"max_window"`
	// WindowStatus answers what exceeds MaxWindow. Default ESME_RMSGQFUL, which
	// most carriers use.
	WindowStatus Status `yaml:"window_status"`

	// MessageID is the form of the id in the response: decimal (default), hex,
	// hex-upper, hex64 (16 digits, above the range of int64), leading-zeros (20
	// decimal digits), uuid, hex32, constant (msg_id_not_implemented, as
	// osmo-msc answers), empty, absent (a response without a body), unterminated
	// (decimal, without its NUL).
	MessageID IDForm `yaml:"message_id"`
	// ReceiptID is the form of the same id in the receipt. Default same. Also
	// wrong: an id that was never given out.
	ReceiptID IDForm `yaml:"receipt_id"`
	// FirstID is the number of the first message. Default 0: taken from the
	// clock, so that a restart does not repeat ids, as no carrier does.
	FirstID uint64 `yaml:"first_id"`

	// ReuseIDs gives the same ids out again after so many messages, as carriers
	// with a short counter do. Default 0: never.
	ReuseIDs int `yaml:"reuse_ids"`
	// RefusalBody gives the response to a refused submit_sm a body with an empty
	// message_id, as in SMPP 3.3 and 5.0. Default false: a header alone, as in
	// 3.4 §4.4.2.
	RefusalBody bool `yaml:"refusal_body"`

	// ReceiptForm is how a receipt is written: text (default; SMPP 3.4 appendix
	// B), tlv, both, data_sm (TLVs only, in data_sm), payload (the text in
	// message_payload), id-tlv (both, but of the TLVs only receipted_message_id).
	ReceiptForm string `yaml:"receipt_form"`
	// ReceiptESMClass is esm_class of a receipt. Default 4; some send 0, 8, 32.
	ReceiptESMClass *uint8 `yaml:"receipt_esm_class"`
	// ReceiptDataCoding is data_coding of a receipt. Default 0; some send 8
	// with an ASCII body.
	ReceiptDataCoding uint8 `yaml:"receipt_data_coding"`
	// ReceiptDates is the number of digits of the dates: 10 (default,
	// YYMMDDhhmm), 12 (with seconds), 14 (with the century too).
	ReceiptDates int `yaml:"receipt_dates"`
	// ReceiptZone is the offset from UTC of the dates, as in 2h. Default 0.
	ReceiptZone time.Duration `yaml:"receipt_zone"`
	// ReceiptStyle is the dialect of the text: full (default), short (id, stat
	// and err only), reversed (the keys in another order), upper (Text: in
	// place of text:), tight (submitdate: and donedate:).
	ReceiptStyle string `yaml:"receipt_style"`

	// Intermediate sends a notification with stat ENROUTE first, to whoever
	// asked for one (registered_delivery bit 4). Default false: few carriers do.
	Intermediate bool `yaml:"intermediate"`
	// NoReceipt is the share of receipts that never come. Default 0.
	NoReceipt float64 `yaml:"no_receipt"`
	// DuplicateReceipt is the share of receipts sent twice. Default 0.
	DuplicateReceipt float64 `yaml:"duplicate_receipt"`
	// EarlyReceipt is the share of receipts sent before the response. Default 0.
	EarlyReceipt float64 `yaml:"early_receipt"`
	// WrongReceipt is the share of receipts with an id that was never given out.
	// Default 0.
	WrongReceipt float64 `yaml:"wrong_receipt"`
	// LoseSubmit is the share of submit_sm that are neither accepted nor
	// answered. Default 0.
	LoseSubmit float64 `yaml:"lose_submit"`
	// LoseResponse is the share of submit_sm accepted and delivered without
	// ever being answered. Default 0.
	LoseResponse float64 `yaml:"lose_response"`
	// Reorder is the share of responses held back for up to ReorderBy so that
	// later ones overtake them. Default 0.
	Reorder float64 `yaml:"reorder"`
	// ReorderBy bounds that wait. Default 20ms: enough for some hundreds to
	// pass, below any response time-out.
	ReorderBy time.Duration `yaml:"reorder_by"`

	// ReceiptWindow is how many deliver_sm may be unanswered on a bind. Default
	// 100.
	ReceiptWindow int `yaml:"receipt_window"`
	// ReceiptTimeout is how long deliver_sm_resp may take before the receipt is
	// sent again. Default 30s, as in the field.
	ReceiptTimeout time.Duration `yaml:"receipt_timeout"`
	// ReceiptRetry is the wait before a receipt that was refused for now
	// (ESME_RTHROTTLED and its like) is sent again. Default 5s.
	ReceiptRetry time.Duration `yaml:"receipt_retry"`
	// ReceiptTries is how often one receipt is sent at most. Default 10.
	ReceiptTries int `yaml:"receipt_tries"`
	// ReceiptQueue is how many receipts of a system_id may wait for a bind or
	// for the window; the oldest goes when it is full. Default 200000, about
	// 60 MB.
	ReceiptQueue int `yaml:"receipt_queue"`

	// RefuseBind refuses binds with a status. Default none.
	RefuseBind RefuseBind `yaml:"refuse_bind"`
	// DropExcess closes the connection of a bind above Account.MaxBinds without a
	// word. Default false: ESME_RALYBND.
	DropExcess bool `yaml:"drop_excess"`
	// BindTimeout is how long a connection may stay unbound. Default 30s.
	BindTimeout time.Duration `yaml:"bind_timeout"`
	// IdleTimeout closes a bind without a PDU for that long. Default 0: never.
	IdleTimeout time.Duration `yaml:"idle_timeout"`
	// EnquireEvery sends enquire_link to a bind that was quiet for that long.
	// Default 30s. Below 0: never.
	EnquireEvery time.Duration `yaml:"enquire_every"`
	// EnquireTimeout closes a bind whose enquire_link_resp did not come.
	// Default 10s.
	EnquireTimeout time.Duration `yaml:"enquire_timeout"`
	// WriteTimeout closes a connection that takes no octet for that long.
	// Default 10s.
	WriteTimeout time.Duration `yaml:"write_timeout"`

	// Alphabet is what data_coding 0 means here: gsm7 (default, a septet an
	// octet), latin1 or gsm7-packed.
	Alphabet string `yaml:"alphabet"`
	// Lenient accepts what strict carriers refuse: past validity_period, empty
	// destination, text above 140 octets, odd UCS-2. Default false, so that our
	// own mistakes show.
	Lenient bool `yaml:"lenient"`
	// RefuseValidity answers any validity_period with ESME_RINVEXPIRY, as some
	// carriers do. Default false.
	RefuseValidity bool `yaml:"refuse_validity"`
	// NoQuery leaves query_sm unanswered, as osmo-msc does. Default false.
	NoQuery bool `yaml:"no_query"`

	// Faults of the wire. Default none.
	Faults Faults `yaml:"faults"`

	// Script is what happens in the course of time. Default nothing.
	Script []Step `yaml:"script"`

	// Seed of all randomness. Default 0, a seed like any other: runs repeat.
	Seed uint64 `yaml:"seed"`
}

// Account is one system_id that may bind.
type Account struct {
	SystemID string `yaml:"system_id"` // at most 15 octets
	Password string `yaml:"password"`  // empty: any. The spec allows 8 octets, some carriers take more
	MaxBinds int    `yaml:"max_binds"` // binds at once; the next is refused with ESME_RALYBND. 0: no limit
}

// StatusRate refuses a share of submit_sm with a command_status.
type StatusRate struct {
	Status Status  `yaml:"status"` // name, or number as in 0x00000400
	Share  float64 `yaml:"share"`
}

// ReceiptRate gives a share of messages a final state.
type ReceiptRate struct {
	Stat  string  `yaml:"stat"`  // DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD, or any other word
	Err   string  `yaml:"err"`   // 1 to 4 characters; default 000 for DELIVRD and 001 for the rest
	Share float64 `yaml:"share"` // of all messages
}

// ReceiptRates is a list of final states. nil stands for the default; a list
// that is empty but not nil (`none` in YAML) sends no receipt.
type ReceiptRates []ReceiptRate

// RefuseBind refuses a share of binds.
type RefuseBind struct {
	Status Status  `yaml:"status"` // default ESME_RBINDFAIL
	Share  float64 `yaml:"share"`
	First  int     `yaml:"first"` // this many binds are refused whatever the share, then it acts
}

// Status is a command_status in a profile.
type Status pdu.Status

// withDefaults returns the profile with every missing field filled in.
func (p Profile) withDefaults() *Profile {
	orDefault(&p.MessageID, IDDecimal)
	orDefault(&p.ReceiptID, IDSame)
	orDefault(&p.ReceiptForm, "text")
	orDefault(&p.ReceiptDates, 10)
	orDefault(&p.ReceiptStyle, "full")
	orDefault(&p.ReorderBy, 20*time.Millisecond)
	orDefault(&p.ReceiptWindow, 100)
	orDefault(&p.ReceiptTimeout, 30*time.Second)
	orDefault(&p.ReceiptRetry, 5*time.Second)
	orDefault(&p.ReceiptTries, 10)
	orDefault(&p.ReceiptQueue, 200_000)
	orDefault(&p.WindowStatus, Status(pdu.ESME_RMSGQFUL))
	orDefault(&p.RefuseBind.Status, Status(pdu.ESME_RBINDFAIL))
	orDefault(&p.BindTimeout, 30*time.Second)
	orDefault(&p.EnquireEvery, 30*time.Second)
	orDefault(&p.EnquireTimeout, 10*time.Second)
	orDefault(&p.WriteTimeout, 10*time.Second)
	orDefault(&p.Alphabet, "gsm7")
	orDefault(&p.ThrottleBurst, max(1, int(p.ThrottleTPS)))
	if p.ReceiptESMClass == nil {
		receipt := uint8(pdu.ESMClassReceipt)
		p.ReceiptESMClass = &receipt
	}
	return &p
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
