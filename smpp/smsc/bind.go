package smsc

import (
	"crypto/subtle"
	"fmt"
	"net"
	"time"

	"tollgate/smpp/pdu"
)

// systemID names the simulator in bind responses and outbind.
const systemID = "tollgate-smsc"

// bind does the three bind requests (SMPP 3.4 §4.1). A refused connection stays
// open, unbound, for another try.
func (c *conn) bind(h pdu.Header, b *pdu.Bind, mode uint32) error {
	if c.acct.Load() != nil {
		c.refuse(h, pdu.ESME_RALYBND)
		return nil
	}
	a, status := c.s.admitBind(b, c.rng.Float64())
	if status == pdu.ESME_ROK && !a.join(c, c.maxBinds(b.SystemID)) {
		if c.s.p.DropExcess {
			c.s.stats.bindsRefused.Add(1)
			c.shut()
			return errDropped
		}
		status = pdu.ESME_RALYBND
	}
	if status != pdu.ESME_ROK {
		c.s.stats.bindsRefused.Add(1)
		c.refuse(h, status)
		return nil
	}
	c.s.stats.binds.Add(1)
	c.s.stats.bound.Add(1)
	resp := pdu.BindResp{SystemID: systemID}
	if b.InterfaceVersion >= pdu.Version34 {
		resp.TLVs = resp.TLVs.With(pdu.TagSCInterfaceVersion, pdu.Version34)
	}
	var p pdu.PDU
	switch mode {
	case transmits:
		p = &pdu.BindTransmitterResp{BindResp: resp}
	case receives:
		p = &pdu.BindReceiverResp{BindResp: resp}
	default:
		p = &pdu.BindTransceiverResp{BindResp: resp}
	}
	c.send(p, pdu.ESME_ROK, h.Sequence, &c.touched)
	c.mode.Store(mode)
	a.pump(&c.touched) // what waited for a bind
	if sc := c.s.script; sc != nil {
		sc.bound(c)
	}
	return nil
}

// admitBind checks who binds. dice decides RefuseBind.Share.
func (s *Server) admitBind(b *pdu.Bind, dice float64) (*account, pdu.Status) {
	s.mu.Lock()
	first := s.refused < s.p.RefuseBind.First
	if first {
		s.refused++
	}
	s.mu.Unlock()
	if first || dice < s.p.RefuseBind.Share {
		return nil, pdu.Status(s.p.RefuseBind.Status)
	}
	if s.script != nil {
		if status := s.script.refusal(s.now()); status != pdu.ESME_ROK {
			return nil, status
		}
	}
	if known := s.p.find(b.SystemID); known == nil && len(s.p.Accounts) > 0 {
		return nil, pdu.ESME_RINVSYSID
	} else if known != nil && known.Password != "" &&
		subtle.ConstantTimeCompare([]byte(known.Password), []byte(b.Password)) == 0 {
		return nil, pdu.ESME_RINVPASWD
	}
	a := s.account(b.SystemID)
	if a == nil {
		return nil, pdu.ESME_RBINDFAIL
	}
	return a, pdu.ESME_ROK
}

func (p *Profile) find(systemID string) *Account {
	for i := range p.Accounts {
		if p.Accounts[i].SystemID == systemID {
			return &p.Accounts[i]
		}
	}
	return nil
}

func (c *conn) maxBinds(systemID string) int {
	if a := c.s.p.find(systemID); a != nil {
		return a.MaxBinds
	}
	return 0
}

// Outbind connects to an ESME, asks it with outbind to bind as a receiver (SMPP
// 3.4 §4.1.7) and serves the connection.
func (s *Server) Outbind(addr, password string) error {
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return fmt.Errorf("outbind: %w", err)
	}
	s.run()
	s.serveConn(nc, func(c *conn) {
		c.request(&pdu.Outbind{SystemID: systemID, Password: password}, &c.touched)
		c.touched.flush(c)
	})
	return nil
}
