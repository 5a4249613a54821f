package carrier

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// mischief makes an SMSC misbehave in every way it can, by chance.
func mischief(k *testSMSC, rnd *rand.Rand, mu *sync.Mutex) func(*session.Session, pdu.Header, *pdu.SubmitSM) {
	ok := &pdu.SubmitSMResp{MessageID: "1"}
	return func(s *session.Session, h pdu.Header, _ *pdu.SubmitSM) {
		mu.Lock()
		act, wait := rnd.IntN(400), time.Duration(rnd.IntN(3000))*time.Millisecond
		mu.Unlock()
		switch {
		case act == 0:
			s.Close()
		case act == 1:
			go func() { _ = s.Unbind(k.ctx) }()
		case act < 10: // never
		case act < 20: // too late
			time.AfterFunc(6*time.Second, func() { _ = s.Respond(h, ok, 0) })
		case act < 30: // twice
			_ = s.Respond(h, ok, 0)
			_ = s.Respond(h, ok, 0)
		case act < 40:
			_ = s.Refuse(h, pdu.ESME_RTHROTTLED)
		case act < 50:
			_ = s.Respond(pdu.Header{ID: h.ID, Sequence: h.Sequence + 1000}, ok, 0)
		case act < 60:
			_ = s.Respond(h, &pdu.GenericNack{}, pdu.ESME_RINVCMDID)
		case act < 200:
			time.AfterFunc(wait, func() { _ = s.Respond(h, ok, 0) })
		default:
			_ = s.Respond(h, ok, 0)
		}
	}
}

// TestChaos: whatever the SMSC does, each message has exactly one result, and in
// the end no slot is taken.
func TestChaos(t *testing.T) {
	seed := rand.Uint64()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		rnd := rand.New(rand.NewPCG(seed, 7))
		k := newSMSC()
		k.ctx = t.Context()
		k.submit = mischief(k, rnd, &mu)
		w := newWorld(t, Config{Links: 3, Window: 7, ResponseTimeout: 5 * time.Second, ReconnectMax: 5 * time.Second}, k)
		defer w.end()
		w.Start()
		time.Sleep(time.Second)
		var results [2000]atomic.Int32
		var next, down atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for i := next.Add(1) - 1; i < int64(len(results)); i = next.Add(1) - 1 {
					parts := []string{"1", "2", "3"}[:1+i%3]
					slot, err := w.Reserve(t.Context(), len(parts))
					if err != nil {
						down.Add(1)
						results[i].Add(1)
						time.Sleep(100 * time.Millisecond)
						continue
					}
					if i%50 == 0 {
						slot.Release()
						results[i].Add(1)
						continue
					}
					slot.Submit(message(parts...), func(Result) { results[i].Add(1) })
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Minute)
		for i := range results {
			if n := results[i].Load(); n != 1 {
				t.Errorf("seed %d: message %d has %d results", seed, i, n)
			}
		}
		if h := w.Health(); h.WindowUsed != 0 || h.Waiting != 0 || h.LinksUp != 3 {
			t.Errorf("seed %d: health after the storm %+v", seed, h)
		}
		if down.Load() > int64(len(results))/2 {
			t.Errorf("seed %d: the carrier was down for %d of %d", seed, down.Load(), len(results))
		}
	})
}
