package session

import (
	"math/rand/v2"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

func putN(w *window, n int, at instant) (seqs []uint32) {
	for range n {
		seqs = append(seqs, w.put(at, pdu.SubmitSMRespID, nil, false).seq)
	}
	return seqs
}

func TestWindowAnswersOnce(t *testing.T) {
	w := newWindow(10)
	seq := putN(&w, 1, 0)[0]
	if s, k := w.find(seq, pdu.DeliverSMRespID); s != nil || k != unexpected {
		t.Errorf("another command's response: %v, %d; want it unexpected", s, k)
	}
	s, _ := w.find(seq, pdu.SubmitSMRespID)
	if s == nil {
		t.Fatal("its own response was not found")
	}
	w.release(s, answered)
	if s, k := w.find(seq, pdu.SubmitSMRespID); s != nil || k != duplicate {
		t.Errorf("second response: %v, %d; want duplicate", s, k)
	}
	if s, k := w.find(seq+1, pdu.SubmitSMRespID); s != nil || k != unexpected {
		t.Errorf("never asked: %v, %d; want unexpected", s, k)
	}
}

func TestWindowExpiresInOrder(t *testing.T) {
	w := newWindow(10)
	first := putN(&w, 3, time.Second)
	second := putN(&w, 2, 2*time.Second)
	if got := w.deadline(10 * time.Second); got != 11*time.Second {
		t.Errorf("deadline = %s, want 11s", got)
	}
	dead := w.expire(time.Second, nil)
	if len(dead) != 3 || dead[0].seq != first[0] || dead[2].seq != first[2] {
		t.Fatalf("expired %d requests, want the 3 of the first second in order", len(dead))
	}
	if s, k := w.find(first[1], pdu.SubmitSMRespID); s != nil || k != late {
		t.Errorf("response after the time-out: %v, %d; want late", s, k)
	}
	if s, _ := w.find(second[0], pdu.GenericNackID); s == nil {
		t.Error("generic_nack does not answer the request with its sequence_number")
	}
	if w.used != 2 {
		t.Errorf("used = %d, want 2", w.used)
	}
}

func TestWindowWrapsAround(t *testing.T) {
	w := newWindow(3)
	w.last = maxSequence - 1
	if got := putN(&w, 2, 0); got[0] != maxSequence || got[1] != 1 {
		t.Errorf("sequence numbers %v, want the largest, then 1", got)
	}
}

// TestWindowAgainstMap plays random requests, responses and time-outs against a
// plain map.
func TestWindowAgainstMap(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 1))
	w, model := newWindow(20), map[uint32]instant{}
	var seqs []uint32
	for now := instant(0); now < 20000; now++ {
		switch {
		case rnd.IntN(2) == 0 && !w.full():
			s := w.put(now, pdu.SubmitSMRespID, nil, false)
			if _, taken := model[s.seq]; taken {
				t.Fatalf("seed %d: sequence_number %d given twice", seed, s.seq)
			}
			model[s.seq], seqs = now, append(seqs, s.seq)
		case rnd.IntN(10) == 0:
			for _, d := range w.expire(now-50, nil) {
				if sent, ok := model[d.seq]; !ok || sent > now-50 {
					t.Fatalf("seed %d: %d expired wrongly", seed, d.seq)
				}
				delete(model, d.seq)
			}
		case len(seqs) > 0:
			seq := seqs[max(0, len(seqs)-1-rnd.IntN(30))]
			s, _ := w.find(seq, pdu.SubmitSMRespID)
			if _, ok := model[seq]; ok != (s != nil) {
				t.Fatalf("seed %d: find(%d) = %v, model has it: %v", seed, seq, s, ok)
			}
			if s != nil {
				w.release(s, answered)
				delete(model, seq)
			}
		}
		if w.used != len(model) || w.empty() != (len(model) == 0) {
			t.Fatalf("seed %d: used %d, model %d", seed, w.used, len(model))
		}
	}
}
