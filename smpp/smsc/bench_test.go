package smsc

import (
	"net"
	"testing"

	"tollgate/smpp/pdu"
)

// BenchmarkSubmit is the sink of a load test: one bind on loopback, responses
// and, in the second case, receipts at once.
func BenchmarkSubmit(b *testing.B) {
	for _, v := range []struct {
		name       string
		registered byte
	}{{"no receipts", 0}, {"receipts", 1}} {
		b.Run(v.name, func(b *testing.B) { benchmarkSubmit(b, v.registered) })
	}
}

func benchmarkSubmit(b *testing.B, registered byte) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := New(nil, Options{})
	go func() { _ = s.Serve(l) }()
	defer s.Close()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	out, _ := pdu.Append(nil, &pdu.BindTransceiver{}, 0, 1)
	if _, err := nc.Write(out); err != nil {
		b.Fatal(err)
	}
	r := pdu.NewReader(nc, 0)
	if _, _, err := r.Next(); err != nil {
		b.Fatal(err)
	}
	sm := text("4915112345678", "123456 is your code for Tollgate")
	sm.RegisteredDelivery = registered
	const window = 100
	b.ReportAllocs()
	b.ResetTimer()
	done, sent := 0, 0
	acks := make([]byte, 0, 1<<16)
	for done < b.N {
		out = append(out[:0], acks...)
		acks = acks[:0]
		for sent < b.N && sent-done < window {
			sent++
			out, _ = pdu.Append(out, sm, 0, uint32(sent))
		}
		if _, err := nc.Write(out); err != nil {
			b.Fatal(err)
		}
		for {
			h, _, err := r.Next()
			if err != nil {
				b.Fatal(err)
			}
			if h.ID == pdu.DeliverSMID {
				acks, _ = pdu.Append(acks, &pdu.DeliverSMResp{}, 0, h.Sequence)
			} else {
				done++
			}
			if !r.Ready() {
				break
			}
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submits/s")
}
