package pebblestore

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// accept is the Tx of an accepted send, as large as a real one: about 350
// octets of message, 60 of text, 120 of challenge and 60 of number state.
func accept(n uint64) *store.Tx {
	at := time.Now()
	to := subscriber.MSISDN(fmt.Sprintf("+4917%09d", n))
	var random [9]byte
	binary.BigEndian.PutUint64(random[:], n)
	id := store.NewID(at, to, random)
	expires := at.Add(5 * time.Minute)
	hash := subscriber.Hash{Key: 1, Sum: [16]byte(id)}
	return &store.Tx{
		Messages: []*store.Message{{
			ID: id, Kind: store.KindOTP, Tenant: "acme", To: to, Region: "DE", PLMN: "26201", Purpose: "login", AccountID: "account-1234",
			Sender: "ACME", RequestID: "01hzx3v5k8", CreatedAt: at, ExpiresAt: expires,
			Decision: fraud.Decision{Kind: fraud.Allow, Score: 12.5, Policy: "default@1", Reasons: []fraud.Reason{
				{Code: "NUMBER_NEW", Points: 12.5, Evidence: "first seen now"},
			}},
			Fence: store.Fence{Asked: true, IMSI: hash, ICCID: hash, SeenAt: at},
		}},
		Contents:   []*store.Content{{ID: id, Text: "123456 is your ACME code. It is valid for 5 minutes."}},
		Deliveries: []*store.Delivery{{ID: id, Status: store.Accepted, ExpiresAt: expires, Timeline: []store.Step{{Name: "accepted", At: at}}}},
		Challenges: []*store.Challenge{{
			ID: id, Rev: 1, Tenant: "acme", To: to, Purpose: "login", AccountID: "account-1234", Status: store.ChallengePending, MAC: hash,
			CreatedAt: at, ExpiresAt: expires, IMSI: hash, SendIP: hash,
		}},
		Numbers: []*store.NumberState{{Tenant: "acme", To: to, Rev: 1, FirstSeen: at}},
	}
}

// BenchmarkCommit has writers that each read the state of a number that was
// never seen, accept a message for it and wait for the disk.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 64, 512} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			s := benchStore(b)
			var n atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			start := cpu()
			for range writers {
				wg.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						tx := accept(uint64(i))
						_, _ = s.NumberState(b.Context(), "acme", tx.Numbers[0].To) // as every send does
						if err := s.Commit(b.Context(), tx); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N), "cpu-us/tx")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
		})
	}
}

// cpu is what the process has used so far: unlike the time it took, it says
// something on a machine that others share.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkEncode is what each caller does by itself, under no lock.
func BenchmarkEncode(b *testing.B) {
	s := benchStore(b)
	tx := accept(1)
	b.ReportAllocs()
	for b.Loop() {
		p, err := s.encode(b.Context(), tx)
		if err != nil {
			b.Fatal(err)
		}
		p.release()
	}
}

// BenchmarkRead reads number states that are there, and that are not.
func BenchmarkRead(b *testing.B) {
	s := benchStore(b)
	for i := range uint64(20000) {
		if err := s.Write(accept(i)); err != nil {
			b.Fatal(err)
		}
	}
	for name, base := range map[string]int{"found": 0, "absent": 1000000} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				_, _ = s.NumberState(b.Context(), "acme", subscriber.MSISDN(fmt.Sprintf("+4917%09d", base+i%20000)))
			}
		})
	}
}

// benchStore is a store on the real disk.
func benchStore(b *testing.B) *Store {
	s := mustOpen(b, Config{
		Dir: b.TempDir(), Sealer: newRing(b), Log: quiet,
		Fatal: func(err error) { b.Error(err) },
	})
	b.Cleanup(func() { s.Close() })
	return s
}
