package smsc

import (
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

// The shipped profiles that misbehave are played for a minute of fake time
// against clients that reconnect: nothing may hang, and every submit_sm
// received is either accepted or refused.
func TestSoakOfTheFaultyProfiles(t *testing.T) {
	for _, name := range []string{"lossy", "hostile", "realistic", "throttling", "hexids"} {
		t.Run(name, func(t *testing.T) {
			p, err := LoadProfile("../../configs/smsc/" + name + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			p.Accounts = nil
			play(t, p, Options{}, func(r *rig) {
				ended := make(chan struct{})
				for range 3 {
					go func() {
						defer func() { ended <- struct{}{} }()
						for end := time.Now().Add(time.Minute); time.Now().Before(end); {
							r.visit(end)
							time.Sleep(time.Second)
						}
					}()
				}
				for range 3 {
					<-ended
				}
				time.Sleep(time.Minute)
				st := r.Stats()
				if st.Connections != 0 || st.Bound != 0 {
					t.Errorf("%d connections and %d binds are left", st.Connections, st.Bound)
				}
				if st.Submits < 300 || st.Accepted+st.Refused != st.Submits || st.Accepted == 0 {
					t.Errorf("stats %+v", st)
				}
				if st.ReceiptsSent == 0 || st.ReceiptsAcked > st.ReceiptsSent {
					t.Errorf("%d receipts sent, %d acked", st.ReceiptsSent, st.ReceiptsAcked)
				}
			})
		})
	}
}

// visit binds, submits ten a second and leaves when the connection breaks.
func (r *rig) visit(end time.Time) {
	c := r.dial()
	defer c.net.Close()
	c.auto = true
	c.ask(&pdu.BindTransceiver{Bind: pdu.Bind{SystemID: "esme", InterfaceVersion: pdu.Version34}})
	for tick := time.NewTicker(100 * time.Millisecond); time.Now().Before(end); {
		select {
		case g, ok := <-c.in:
			if !ok || g.ID == pdu.UnbindID || g.ID == pdu.BindTransceiverRespID && g.Status != pdu.ESME_ROK {
				return
			}
			if g.ID == pdu.EnquireLinkID {
				c.send(&pdu.EnquireLinkResp{}, pdu.ESME_ROK, g.Sequence)
			}
		case <-tick.C:
			c.ask(text("4915112345678", "hello"))
		}
	}
}
