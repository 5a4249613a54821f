package smsc

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

// scripted is a profile with a script in YAML.
func scripted(t *testing.T, script string) *Profile {
	t.Helper()
	p, err := ParseProfile([]byte("script:\n"+script), "script")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bare is a submit_sm that wants no receipt.
func bare(to string) *pdu.SubmitSM {
	sm := text(to, "hello")
	sm.RegisteredDelivery = 0
	return sm
}

// answers submits n times, 100 ms apart, and lists how each is answered.
func (c *client) answers(n int) (got []string) {
	c.r.t.Helper()
	for range n {
		got = append(got, strings.TrimPrefix(c.submit(bare("4915112345678")).Status.String(), "ESME_R"))
		time.Sleep(100 * time.Millisecond)
	}
	return got
}

func TestScriptAnswers(t *testing.T) {
	for _, v := range []struct{ script, want string }{
		{`  - {when: {submits: 2}, do: answer, status: ESME_RSYSERR, next: 2}`, "OK OK SYSERR SYSERR OK OK OK OK"},
		{`  - {do: answer, status: ESME_RSYSERR, next: 1}`, "SYSERR OK OK OK OK OK OK OK"},
		{`  - {when: {submits: 1}, do: throttle, for: 250ms}`, "OK THROTTLED THROTTLED OK OK OK OK OK"},
		{`  - {when: {after: 250ms}, do: throttle, next: 1}`, "OK OK OK THROTTLED OK OK OK OK"},
		{`  - {when: {bind: 1}, do: throttle, status: ESME_RMSGQFUL}
  - {when: {submits: 3}, do: resume}`, "MSGQFUL MSGQFUL MSGQFUL OK OK OK OK OK"},
		{`  - {when: {submits: 2}, do: throttle, next: 2}
  - {when: {submits: 2}, do: answer, status: ESME_RSYSERR, next: 1}
  - {when: {submits: 2}, do: throttle, next: 1}`, "OK OK THROTTLED THROTTLED SYSERR OK THROTTLED OK"},
		{`  - {when: {submits: 1}, do: throttle, next: 5}
  - {when: {submits: 1}, do: answer, status: ESME_RSYSERR, next: 1}`, "OK THROTTLED SYSERR OK OK OK OK OK"},
	} {
		play(t, scripted(t, v.script), Options{}, func(r *rig) {
			got := strings.Join(r.bound("esme").answers(8), " ")
			if got != v.want {
				t.Errorf("%s\nanswers %s\nwant    %s", v.script, got, v.want)
			}
		})
	}
}

func TestScriptMeetsANumber(t *testing.T) {
	play(t, scripted(t, `  - {when: {to: "+49151"}, do: answer, status: 0x400, next: 1}`), Options{}, func(r *rig) {
		c := r.bound("esme")
		for i, v := range []struct {
			to   string
			want pdu.Status
		}{{"4916012345678", 0}, {"4915112345678", 0x400}, {"4915112345678", 0}} {
			if got := c.submit(bare(v.to)).Status; got != v.want {
				t.Errorf("submit_sm %d to %s: %v, want %v", i, v.to, got, v.want)
			}
		}
		if st := r.Stats(); st.ScriptSteps != 1 {
			t.Errorf("%d steps", st.ScriptSteps)
		}
	})
}

func TestScriptDelays(t *testing.T) {
	play(t, scripted(t, `  - {do: delay, by: 700ms, next: 1}`), Options{}, func(r *rig) {
		c := r.bound("esme")
		for _, want := range []time.Duration{700 * time.Millisecond, 0} {
			start := time.Now()
			if took := c.submit(bare("4915112345678")).at.Sub(start).Round(time.Millisecond); took != want {
				t.Errorf("answered after %v, want %v", took, want)
			}
		}
	})
}

func TestScriptDrops(t *testing.T) {
	t.Run("here", func(t *testing.T) {
		play(t, scripted(t, `  - {when: {submits: 2}, do: drop, here: true}`), Options{}, func(r *rig) {
			a, b := r.bound("esme"), r.bound("esme")
			a.submit(bare("4915112345678"))
			b.submit(bare("4915112345678")) // the second of the server, and it is answered
			b.ends(time.Second)
			a.submit(bare("4915112345678"))
		})
	})
	t.Run("all for a time", func(t *testing.T) {
		play(t, scripted(t, `  - {when: {submits: 1}, do: drop, for: 10s}`), Options{}, func(r *rig) {
			a, b := r.bound("esme"), r.bound("esme")
			a.submit(bare("4915112345678"))
			a.ends(time.Second)
			b.ends(time.Second)
			time.Sleep(9 * time.Second)
			r.dial().ends(time.Second)
			time.Sleep(time.Second)
			r.bound("esme").submit(bare("4915112345678"))
		})
	})
}

func TestScriptRefusesBinds(t *testing.T) {
	play(t, scripted(t, `  - {do: refuse_binds, next: 1}
  - {when: {after: 10s}, do: refuse_binds, status: ESME_RSYSERR, for: 10s}`), Options{}, func(r *rig) {
		c := r.dial()
		bind := func() pdu.Status {
			c.ask(&pdu.BindTransmitter{Bind: pdu.Bind{SystemID: "esme"}})
			return c.expect(pdu.BindTransmitterRespID).Status
		}
		if got := bind(); got != pdu.ESME_RBINDFAIL {
			t.Errorf("first bind: %v", got)
		}
		time.Sleep(11 * time.Second)
		if got := bind(); got != pdu.ESME_RSYSERR {
			t.Errorf("in the second refusal: %v", got)
		}
		time.Sleep(10 * time.Second)
		if got := bind(); got != pdu.ESME_ROK {
			t.Errorf("after it: %v", got)
		}
	})
}

// left answers an unbind and waits for the end of the connection.
func (c *client) left() {
	c.r.t.Helper()
	g := c.expect(pdu.UnbindID)
	c.send(&pdu.UnbindResp{}, pdu.ESME_ROK, g.Sequence)
	c.ends(time.Second)
}

func TestScriptUnbindsAndStorms(t *testing.T) {
	play(t, scripted(t, `  - {when: {bind: 2}, do: unbind, here: true}
  - {when: {bind: 1}, do: storm, times: 2}
  - {when: {bind: 2}, do: unbind}`), Options{}, func(r *rig) {
		a, b := r.bound("esme"), r.bound("esme")
		b.left()
		a.quiet(time.Second)
		b = r.bound("esme") // the storm begins: two binds, twice each
		a.left()
		b.left()
		for range 2 {
			r.bound("esme").left()
		}
		// Those two were counted: with them the last step came, and nothing follows.
		r.bound("esme").quiet(20 * time.Second)
		if st := r.Stats(); st.ScriptSteps != 3 || st.Bound != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestScriptHangs(t *testing.T) {
	play(t, scripted(t, `  - {when: {submits: 1}, do: hang, for: 20s}
  - {when: {after: 30s}, do: hang}
  - {when: {after: 10s}, do: resume}
  - {when: {bind: 1}, do: hang, here: true}
  - {when: {after: 1s}, do: hang, for: 1s}
enquire_every: -1s`), Options{}, func(r *rig) {
		c := r.bound("esme")
		start := time.Now()
		c.submit(bare("4915112345678")) // answered before
		c.ask(bare("4915112345678"))
		if g := c.expect(pdu.SubmitSMRespID); g.at.Sub(start).Round(time.Second) != 20*time.Second {
			t.Errorf("the hang ends after %v", g.at.Sub(start))
		}
		time.Sleep(11 * time.Second)
		c.ask(&pdu.EnquireLink{})
		if g := c.expect(pdu.EnquireLinkRespID); g.at.Sub(start).Round(time.Second) != 40*time.Second {
			t.Errorf("resume comes after %v", g.at.Sub(start))
		}
		d := r.bound("esme") // its bind is answered, then it hangs alone
		d.ask(&pdu.EnquireLink{})
		d.quiet(500 * time.Millisecond)
		c.ask(&pdu.EnquireLink{})
		c.expect(pdu.EnquireLinkRespID)
		d.expect(pdu.EnquireLinkRespID) // the last hang ends both
	})
}

func TestScriptLies(t *testing.T) {
	const head = "first_id: 26\nresponse_delay: {value: 1s}\nscript:\n"
	for _, v := range []struct{ step, want string }{
		{`stat: FAILED, err: 21b`, "resp id:27 stat:FAILED err:21b"},
		{`stat: UNDELIV`, "resp id:27 stat:UNDELIV err:001"},
		{`err: "9"`, "resp id:27 stat:DELIVRD err:9"},
		{`id: wrong`, "resp id:1099511627803 stat:DELIVRD err:000"},
		{`id: hex-upper`, "resp id:1B stat:DELIVRD err:000"},
		{`twice: true`, "resp id:27 stat:DELIVRD err:000 id:27 stat:DELIVRD err:000"},
		{`early: true`, "id:27 stat:DELIVRD err:000 resp"},
		{`lost: true`, "resp"},
	} {
		p, err := ParseProfile([]byte(head+"  - {do: receipt, next: 1, "+v.step+"}\n"), "lies")
		if err != nil {
			t.Fatal(err)
		}
		p.ReceiptStyle = "short"
		play(t, p, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.auto = true
			c.ask(text("4915112345678", "hello"))
			time.Sleep(10 * time.Second)
			c.ask(text("4915112345678", "hello")) // the truth again
			time.Sleep(10 * time.Second)
			var got []string
			for len(c.in) > 0 {
				if g := <-c.in; g.ID == pdu.SubmitSMRespID {
					got = append(got, "resp")
				} else {
					got = append(got, g.text())
				}
			}
			if want := v.want + " resp id:28 stat:DELIVRD err:000"; strings.Join(got, " ") != want {
				t.Errorf("%s: %q, want %q", v.step, got, want)
			}
		})
	}
}

func TestScriptFaults(t *testing.T) {
	play(t, scripted(t, `  - {do: fault, fault: lose_submit, next: 1}
  - {when: {submits: 1}, do: fault, fault: duplicate_response, next: 1}
  - {when: {submits: 2}, do: octets, for: 1s}
  - {do: alert}
  - {when: {after: 5s}, do: garbage}`), Options{}, func(r *rig) {
		c := r.bound("esme")
		c.ask(bare("4915112345678"))
		c.quiet(5 * time.Second)
		seq := c.ask(bare("4915112345678"))
		for range 2 {
			if g := c.expect(pdu.SubmitSMRespID); g.Sequence != seq {
				t.Errorf("response to %d, want two to %d", g.Sequence, seq)
			}
		}
		c.submit(bare("4915112345678"))
		alert := c.expect(pdu.AlertNotificationID).body.(*pdu.AlertNotification)
		if v, ok := alert.TLVs.Get(pdu.TagMsAvailabilityStatus); alert.ESME.Addr != "esme" || !ok || v[0] != 0 {
			t.Errorf("alert_notification %+v", alert)
		}
		c.ends(10 * time.Second)
		if !strings.Contains(c.err.Error(), "framing") {
			t.Errorf("reading ends with %v, want lost framing", c.err)
		}
		if st := r.Stats(); st.Submits != 3 || st.Swallowed != 1 || st.Accepted != 2 {
			t.Errorf("stats %+v", st)
		}
	})
	t.Run("oversize", func(t *testing.T) {
		play(t, scripted(t, `  - {when: {submits: 1}, do: oversize, here: true}`), Options{}, func(r *rig) {
			c, other := r.bound("esme"), r.bound("esme")
			c.submit(bare("4915112345678"))
			c.ends(time.Second)
			other.quiet(time.Second)
		})
	})
}

func TestScriptWritesOctets(t *testing.T) {
	var file shared
	play(t, scripted(t, `  - {when: {submits: 1}, do: octets, for: 1s}`), Options{PCAP: &file}, func(r *rig) {
		c := r.bound("esme")
		for range 3 {
			c.submit(bare("4915112345678"))
			time.Sleep(600 * time.Millisecond)
		}
	})
	var sizes []int
	for _, p := range parsePCAP(t, []byte(file.String())) {
		if p.src.Port() == 2775 && len(p.payload) > 0 {
			sizes = append(sizes, len(p.payload))
		}
	}
	// The step comes before the first response is written; the third is whole again.
	if n := len(sizes); n < 4 || sizes[0] == 1 || sizes[1] != 1 || sizes[n-2] != 1 || sizes[n-1] == 1 {
		t.Errorf("segments of %v octets", sizes)
	}
}

// The same seed plays the same run: everything but the time of day.
func TestScriptRepeats(t *testing.T) {
	script := read(t, "../../configs/smsc/script-receipts.yaml") + "reorder: 0.3\nno_receipt: 0.1\nfirst_id: 1\n"
	run := func() (lines []seen) {
		p, err := ParseProfile([]byte(script), "again")
		if err != nil {
			t.Fatal(err)
		}
		var out shared
		play(t, p, Options{Record: &out}, func(r *rig) {
			c := r.bound("esme")
			c.auto = true
			for range 500 {
				c.ask(text("4915112345678", "hello"))
				time.Sleep(7 * time.Millisecond)
			}
			time.Sleep(time.Minute)
			if st := r.Stats(); st.ScriptSteps != 10 || st.Swallowed != 10 {
				t.Errorf("stats %+v", st)
			}
		})
		return recorded(t, []byte(out.String()), "out")
	}
	if a, b := run(), run(); len(a) < 900 || !slices.Equal(a, b) {
		t.Errorf("two runs differ: %d and %d PDUs", len(a), len(b))
	}
}

func TestScriptErrorsComeTogetherWithTheirLines(t *testing.T) {
	_, err := ParseProfile([]byte(`script:
  - {when: {submit: 1}, do: drop}
  - {when: {submits: 1, bind: 2}, do: drop}
  - {do: explode}
  - {do: answer, next: 5}
  - do: drop
    status: ESME_RSYSERR
  - {do: throttle, next: 5, for: 1s}
  - {do: fault, fault: fire}
  - {when: {after: 1s}, do: drop, here: true}
  - {when: {to: abc}, do: receipt}
  - {do: storm}
  - {do: delay, by: -1s}
  - {do: receipt, id: octal, stat: two words}
  - {do: answer, status: ESME_RNOPE}
  - {do: unbind, hear: true}
`), "p.yaml")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"line 2: field submit not found",
		"line 3: script.1.when: 2 conditions",
		`line 4: script.2.do: "explode" is none of alert, answer, delay`,
		"line 5: script.3.do: answer needs status",
		"line 7: script.4.status: drop takes no status",
		"line 8: script.5.next: next and for together",
		`line 9: script.6.fault: "fire" is none of duplicate_response, garbage`,
		"line 10: script.7.here: no connection is meant",
		`line 11: script.8.when.to: "abc" does not begin`,
		"line 11: script.8.do: receipt needs one of",
		"line 12: script.9.do: storm needs times",
		"line 13: script.10.by: -1s is below 0",
		`line 14: script.11.id: "octal" is none of`,
		`line 14: script.11.stat: stat "two words"`,
		`line 15: "ESME_RNOPE" is no command_status`,
		"line 16: field hear not found",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if t.Failed() {
		t.Logf("got:\n%v", err)
	}
}
