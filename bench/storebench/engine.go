package storebench

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"tollgate/bench/stat"
	"tollgate/fraud"
	"tollgate/gateway/keys"
	"tollgate/gateway/store"
	pebblestore "tollgate/gateway/store/pebble"
	"tollgate/hlr/subscriber"
)

// engine is one that accepts.
type engine struct {
	name   string
	accept func(ctx context.Context, n uint64) error // durably, the n-th message
	syncs  *stat.Latencies                           // of its log
	close  func() error
}

// octets is about what an accepted send writes.
const octets = 300

func openLog(dir string) (*engine, error) {
	syncs := stat.NewLatencies()
	l, err := openGroupLog(filepath.Join(dir, "log"), syncs)
	if err != nil {
		return nil, err
	}
	return &engine{name: "bare log", syncs: syncs, close: l.close, accept: func(context.Context, uint64) error {
		var record [octets]byte
		return l.append(record[:])
	}}, nil
}

func openPebble(dir string) (*engine, error) {
	ring, err := keys.New()
	if err != nil {
		return nil, err
	}
	var failed atomic.Pointer[error]
	fs := newTimedFS()
	s, err := pebblestore.Open(pebblestore.Config{
		Dir: filepath.Join(dir, "pebble"), Sealer: ring, Log: slog.New(slog.DiscardHandler), FS: fs,
		Fatal: func(err error) { failed.Store(&err) },
	})
	if err != nil {
		return nil, err
	}
	return &engine{name: "pebble", syncs: fs.syncs, close: s.Close, accept: func(ctx context.Context, n uint64) error {
		if err := failed.Load(); err != nil {
			return *err
		}
		tx := accepted(n)
		// Most numbers are new to a gateway: the state is looked for and not there.
		if _, err := s.NumberState(ctx, "acme", tx.Messages[0].To); err != nil && err != store.ErrNotFound {
			return err
		}
		return s.Commit(ctx, tx)
	}}, nil
}

// accepted is the Tx of an accepted send, as large as a real one.
func accepted(n uint64) *store.Tx {
	at := time.Now()
	to := subscriber.MSISDN(fmt.Sprintf("+4917%09d", n%1_000_000_000))
	var random [9]byte
	for i := range 8 {
		random[i] = byte(n >> (8 * i))
	}
	id := store.NewID(at, to, random)
	expires := at.Add(5 * time.Minute)
	return &store.Tx{
		Messages: []*store.Message{{
			ID: id, Kind: store.KindOTP, Tenant: "acme", To: to, Region: "DE", PLMN: "26201", Purpose: "login",
			Sender: "ACME", RequestID: "01hzx3v5k8", CreatedAt: at, ExpiresAt: expires,
			Decision: fraud.Decision{Kind: fraud.Allow, Score: 12.5, Policy: "default@0123456789ab", Reasons: []fraud.Reason{
				{Code: "NUMBER_NEW", Points: 12.5, Evidence: "first seen now"},
			}},
			Facts: make([]byte, 60),
		}},
		Contents: []*store.Content{{ID: id, Text: "123456 is your ACME code. It is valid for 5 minutes."}},
		Deliveries: []*store.Delivery{{ID: id, Status: store.Accepted, ExpiresAt: expires, Timeline: []store.Step{
			{Name: "accepted", At: at}, {Name: "routed", At: at, Carrier: "sim", Detail: "the only one"},
		}}},
		Challenges: []*store.Challenge{{
			ID: id, Rev: 1, Tenant: "acme", To: to, Purpose: "login", Status: store.ChallengePending, MAC: subscriber.Hash{Key: 1, Sum: [16]byte{1}}, CreatedAt: at, ExpiresAt: expires,
		}},
	}
}
