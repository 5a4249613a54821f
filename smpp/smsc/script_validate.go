package smsc

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (p *Profile) validateScript(c *checks) {
	conn := false // a connection met the condition
	for i := range p.Script {
		st, field := &p.Script[i], fmt.Sprintf("script.%d", i)
		if n := st.When.check(c, field+".when"); n > 0 {
			conn = st.When.After == 0
		}
		st.checkKeys(c, field)
		st.checkValues(c, field)
		if st.Here && !conn {
			c.bad(field+".here", "no connection is meant; write it after submits, to or bind")
		}
	}
}

// check returns how many conditions there are.
func (w *When) check(c *checks, field string) (n int) {
	c.notNegative(field+".submits", w.Submits)
	c.notNegative(field+".bind", w.Bind)
	c.duration(field+".after", w.After)
	for _, set := range []bool{w.Submits != 0, w.Bind != 0, w.After != 0, w.To != ""} {
		if set {
			n++
		}
	}
	if n > 1 {
		c.bad(field, "%d conditions; write one a step, and another step for what happens with it", n)
	}
	if w.To != "" && !validNumber(strings.TrimPrefix(w.To, "+")) {
		c.bad(field+".to", "%q does not begin any number", w.To)
	}
	return n
}

// checkKeys refuses what the action does not take and misses what it needs.
func (st *Step) checkKeys(c *checks, field string) {
	takes, known := uses[st.Do]
	if !known {
		c.bad(field+".do", "%q is none of %s", st.Do, joined(uses))
		return
	}
	set := st.set()
	for _, key := range slices.Sorted(maps.Keys(set)) {
		needed, taken := false, false
		for word := range strings.FieldsSeq(takes) {
			if name, must := strings.CutSuffix(word, "!"); name == key {
				needed, taken = must, true
			}
		}
		switch {
		case set[key] && !taken:
			c.bad(field+"."+key, "%s takes no %s", st.Do, key)
		case needed && !set[key]:
			c.bad(field+".do", "%s needs %s", st.Do, key)
		}
	}
	if st.Do == DoReceipt && st.Stat+st.Err+string(st.ID) == "" && !st.Twice && !st.Early && !st.Lost {
		c.bad(field+".do", "receipt needs one of stat, err, id, twice, early, lost")
	}
}

// set says which keys are there.
func (st *Step) set() map[string]bool {
	return map[string]bool{
		"next": st.Next != 0, "for": st.For != 0, "here": st.Here, "status": st.Status != 0, "by": st.By != 0,
		"times": st.Times != 0, "fault": st.Fault != "", "stat": st.Stat != "", "err": st.Err != "",
		"id": st.ID != "", "twice": st.Twice, "early": st.Early, "lost": st.Lost,
	}
}

func (st *Step) checkValues(c *checks, field string) {
	c.notNegative(field+".next", st.Next)
	c.notNegative(field+".times", st.Times)
	c.duration(field+".for", st.For)
	c.duration(field+".by", st.By)
	if st.Next != 0 && st.For != 0 {
		c.bad(field+".next", "next and for together; write one of them")
	}
	if _, known := faultNames[st.Fault]; st.Fault != "" && !known {
		c.bad(field+".fault", "%q is none of %s", st.Fault, joined(faultNames))
	}
	if st.Stat != "" {
		c.stat(field+".stat", st.Stat)
	}
	c.receiptID(field+".id", st.ID)
}
