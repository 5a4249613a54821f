package smsc

import "tollgate/smpp/pdu"

// act does what the steps do at once. c is the connection that met the
// condition, nil for none; t gathers what is written, nil when nothing can be
// connected yet.
func (sc *script) act(c *conn, due []fired, t *touched) {
	s := sc.s
	for _, d := range due {
		s.stats.steps.Add(1)
		s.log.Info("smsc: script", "step", d.index+1, "do", string(d.step.Do))
		switch st := d.step; st.Do {
		case DoDrop:
			sc.drop(c, st)
		case DoUnbind:
			for _, x := range s.meant(c, st) {
				x.unbind(t)
			}
		case DoStorm:
			sc.unleash(st, t)
		case DoHang:
			sc.hold(c, st)
		case DoGarbage:
			for _, x := range s.meant(c, st) {
				x.sendRaw(noise(s.p.Seed^x.id, 40), t)
			}
		case DoOversize:
			for _, x := range s.meant(c, st) {
				x.sendRaw(oversize(pdu.EnquireLinkID, x.nextSeq()), t)
			}
		case DoOctets:
			s.octets.Store(s.until(st))
		case DoAlert:
			s.alert(t)
		case DoResume:
			sc.resume()
		}
	}
}

// meant are the binds that a step means.
func (s *Server) meant(c *conn, st *Step) []*conn {
	if st.Here {
		return []*conn{c}
	}
	return s.bound()
}

// drop closes connections. What was answered on the connection that met the
// condition is written first: it is known what its peer has seen.
func (sc *script) drop(c *conn, st *Step) {
	if c != nil {
		c.touched.flush(c)
		c.drain()
	}
	if st.Here {
		c.shut()
		return
	}
	if st.For > 0 {
		sc.s.shutUntil.Store(sc.s.until(st))
	}
	sc.s.Drop()
}

// unleash begins an unbind storm.
func (sc *script) unleash(st *Step, t *touched) {
	there := sc.s.bound()
	sc.mu.Lock()
	sc.storm = st.Times*max(len(there), 1) - len(there)
	sc.mu.Unlock()
	for _, x := range there {
		x.unbind(t)
	}
}

// hold stops all writing, on one connection or on all. The latest hang counts:
// its end lets everything go.
func (sc *script) hold(c *conn, st *Step) {
	if c != nil {
		c.touched.flush(c) // what was answered before
		c.drain()
	}
	if st.Here {
		c.held.Store(true)
	} else {
		sc.s.held.Store(true)
	}
	sc.mu.Lock()
	sc.hang++
	this := sc.hang
	sc.mu.Unlock()
	if st.For > 0 {
		sc.s.after(st.For, event{what: evLetGo, seq: this})
	}
}

// letGo ends the hang of that number unless there was another after it.
func (sc *script) letGo(hang uint32) {
	sc.mu.Lock()
	latest := hang == sc.hang
	sc.mu.Unlock()
	if latest {
		sc.s.letGo()
	}
}

// resume ends what take does not: what acts beside single submit_sm.
func (sc *script) resume() {
	sc.s.shutUntil.Store(0)
	sc.s.octets.Store(0)
	sc.mu.Lock()
	sc.hang++
	sc.mu.Unlock()
	sc.s.letGo()
}

// letGo writes what a hang held back.
func (s *Server) letGo() {
	s.held.Store(false)
	for _, c := range s.all() {
		c.held.Store(false)
		c.flush(false)
	}
}

// alert tells every bind that receives that a handset can be reached again
// (SMPP 3.4 §4.12).
func (s *Server) alert(t *touched) {
	for _, c := range s.bound() {
		if c.mode.Load()&receives != 0 {
			c.request(&pdu.AlertNotification{
				Source: pdu.Address{TON: pdu.TONInternational, NPI: pdu.NPIISDN, Addr: "4915112345678"},
				ESME:   pdu.Address{Addr: c.acct.Load().name},
				TLVs:   pdu.TLVs(nil).With(pdu.TagMsAvailabilityStatus, 0), // available
			}, t)
		}
	}
}
