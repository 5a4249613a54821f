package traffic

import "strconv"

// request is one send as the tenant makes it.
type request struct {
	t       *tenant
	line    *line
	purpose string
	account string
	from    origin
	label   string
}

// sent is a message on its way.
type sent struct {
	id      string
	at      millis
	arrives millis // at the handset; 0: never
}

const (
	codeLives = 300 * second // the API's default ttl_s
	legit     = "legit"
)

// send writes a send and plans its receipt. It tells nothing, and reports
// false, once the generator's time is over.
func (w *world) send(d dice, r request) (sent, bool) {
	if w.now >= w.end {
		return sent{}, false
	}
	w.sends++
	s := sent{id: "m" + strconv.FormatInt(w.sends, 36), at: w.now}
	from := r.t.shown(r.from, false)
	account := r.account
	if r.purpose == "signup" && !r.t.tells.account {
		account = ""
	}
	w.out.begin(w.now, "send")
	w.out.text("id", s.id)
	w.out.text("to", r.line.number)
	w.out.text("tenant", r.t.name)
	w.out.text("purpose", r.purpose)
	w.out.text("account_id", account)
	w.out.context(&from)
	w.out.text("label", r.label)
	w.out.end()
	w.out.stats.count(r.label)
	s.arrives = w.deliver(d, r.line, s.id)
	return s, true
}

// check writes that a code was typed in.
func (w *world) check(t *tenant, s sent, result string, from origin) {
	if result == "approved" && w.now-s.at > codeLives {
		result = "expired"
	}
	from = t.shown(from, true)
	w.out.begin(w.now, "check")
	w.out.text("id", s.id)
	w.out.text("result", result)
	w.out.context(&from)
	w.out.end()
}

func (w *world) receipt(s string, result, carrier, code string) {
	w.out.begin(w.now, "receipt")
	w.out.text("id", s)
	w.out.text("result", result)
	w.out.text("carrier", carrier)
	w.out.text("error", code)
	w.out.end()
}
