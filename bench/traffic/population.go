package traffic

// population is a group of honest people. Its share is of all benign sends.
type population struct {
	group string
	share float64
	about string
	start func(w *world, d dice, sends float64)
}

// populations are all benign groups. Some are no process of their own but what
// people of others are labelled by: share 0.
var populations = []population{
	{"ordinary", 0.735, "visits to all tenants by newcomers (label new) and by those who were there before (returning); the tenant with 40 % conversion: dropout", startOrdinary},
	{"vpn", 0, "people behind VPN exits, privacy relays, company gateways and their own servers, 3 % of everybody", nil},
	{"voip", 0.005, "sign-ups and logins with a VoIP number that is truly theirs", startVoIP},
	{"typo", 0.008, "a wrong number first, the right one a minute later", startTypo},
	{"shared", 0.02, "families and flat-mates: two to five accounts on a device and an address", startShared},
	{"flash", 0.06, "crowds: a launch or a television spot, thousands within minutes to hours, much of it in a country that is new to the tenant", startFlash},
	{"cgnat", 0.045, "hundreds of people at one event or campus behind one address of a carrier", startCGNAT},
	{"company", 0.025, "consecutive numbers of a company, enrolled from its office in a morning", startCompany},
	{"qa", 0.012, "a tenant's own testers: many sends to few numbers", startQA},
	{"outage", 0.01, "everybody in a country or a network whose messages are stuck, and who tries again", startOutages},
	{"traveller", 0.025, "logins from abroad: roaming, another VLR and network, another country's addresses", startTravellers},
	{"sim_replaced", 0.015, "another SIM card, honestly: lost, broken, eSIM; often a gap, sometimes another phone; the next logins and withdrawals", startReplaced},
	{"ported", 0.01, "a number taken to another network: ported_at, another IMSI", startPorted},
	{"new_phone", 0.02, "another phone with the same card", startNewPhones},
	{"recycled", 0.01, "a new owner of a number that somebody had before signs up", startRecycled},
}

const sendsPerVisit = 1.1 // retries included

// visits plans visits all the time, as many as make this number of sends. Every
// tenant and country has its own hours.
func (w *world) visits(d dice, sends float64, begin func(t *tenant, c *country)) {
	peak := float64(w.end-w.start) / sends / busiest // some make more than one, in quiet hours there are none
	var next func()
	next = func() {
		t := w.tenants[d.weighted(w.volumes)]
		c := t.countries[d.weighted(t.weights)]
		if d.chance(busyness(w.now, c, t.office) / busiest) {
			begin(t, c)
		}
		if after := w.now + millis(d.wait(peak)) + 1; after < w.end {
			w.at(after, next)
		}
	}
	if sends > 0 {
		w.after(millis(d.wait(peak)), next)
	}
}

func startOrdinary(w *world, d dice, sends float64) {
	w.visits(d, sends, func(t *tenant, c *country) {
		if d.chance(t.newcomer) {
			w.arrive(d, t, c)
			return
		}
		w.comeBack(d, w.member(d, t, c))
	})
}

// arrive is a newcomer's first visit.
func (w *world) arrive(d dice, t *tenant, c *country) {
	p := w.newPerson(d, t, c)
	t.join(d, p)
	w.visit(d, visit{p: p, purpose: "signup", group: t.group("new")})
}

// group is the label of the tenant's ordinary visits.
func (t *tenant) group(usual string) string {
	if t.convert < 0.5 {
		return "dropout"
	}
	return usual
}

// comeBack is an ordinary visit of a member; after a login some withdraw.
func (w *world) comeBack(d dice, p *person) {
	if forgets := 0.01 + 0.05*is(p.phone.web); d.chance(forgets) { // cookies cleared, the app installed anew
		d.install(p.phone, p.t, p.country)
	}
	v := visit{p: p, purpose: p.t.wishes[d.weighted(p.t.wishOf)], group: p.t.group("returning")}
	if v.purpose == "login" && p.t.pays() && d.chance(0.12) {
		v.then = func() {
			w.after(seconds(d.about(150, 0.8)), func() {
				w.visit(d, visit{p: p, purpose: "withdrawal", group: "returning"})
			})
		}
	}
	w.visit(d, v)
}

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// pays says that there is money to withdraw.
func (t *tenant) pays() bool {
	for _, wish := range t.wishes {
		if wish == "withdrawal" {
			return true
		}
	}
	return false
}

// join keeps a person as a member, in place of an earlier one when all places are taken.
func (t *tenant) join(d dice, p *person) {
	if len(t.members) < t.limit {
		t.members = append(t.members, p)
		return
	}
	if i := d.IntN(t.limit); !t.members[i].busy {
		t.members[i] = p
	}
}

// member is somebody who was there before, active ones more often. While the
// tenant is new to us, many have not been seen yet.
func (w *world) member(d dice, t *tenant, c *country) *person {
	for range 6 { // one whose hours these are
		n := len(t.members)
		if n == 0 || !d.chance(float64(n)/float64(t.limit)) {
			break
		}
		u := d.Float64()
		if p := t.members[int(float64(n)*u*u)]; p.country == c {
			return p
		}
	}
	p := w.newPerson(d, t, c)
	t.join(d, p)
	return p
}
