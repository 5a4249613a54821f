package traffic

import (
	"fmt"
	"strconv"
	"strings"
)

// idStyle is the form of a tenant's device ids.
type idStyle int

const (
	uuid idStyle = iota
	hex16
	hex32
)

// tenant is one upstream service.
type tenant struct {
	name     string
	volume   float64 // share of benign sends
	convert  float64 // of its benign users, of those who got a code
	newcomer float64 // share of visits by people who were never there
	web      float64 // share of its users in a browser
	office   bool    // used on workdays rather than weekends
	purposes string  // of visits by those who were there before: PURPOSE:WEIGHT,...
	mix      string  // REGION:WEIGHT,...
	style    idStyle
	tells    disclosure
	versions []string // of its app

	countries []*country
	weights   []float64
	wishes    []string
	wishOf    []float64
	members   []*person
	limit     int // of members
}

// disclosure is what a tenant tells of a request.
type disclosure struct {
	ip, asn, device, agent, ja4 bool
	check                       bool // with checks as well
	account                     bool // an account id already at sign-up
	claim                       bool // the app reads the SIM card and tells it
}

var everything = disclosure{ip: true, asn: true, device: true, agent: true, ja4: true, check: true, account: true}

// services are the tenants; figures are ours, of the order of the public ones
// that doc.go names.
var services = []tenant{
	{name: "bazaar", volume: 18, convert: 0.93, newcomer: 0.30, web: 0.45, purposes: "login:88,bind:4,number_change:2,recovery:6",
		mix: "DE:26,FR:20,ES:14,IT:12,NL:8,PL:10,PT:4,SE:3,RO:3", tells: everything},
	{name: "harborbank", volume: 9, convert: 0.96, newcomer: 0.08, web: 0.25, office: true, purposes: "login:70,withdrawal:24,bind:2,number_change:1,recovery:3",
		mix: "GB:72,NL:8,DE:8,ES:6,PT:6", style: hex32, tells: disclosure{ip: true, asn: true, device: true, agent: true, check: true, account: true, claim: true}},
	{name: "coinport", volume: 13, convert: 0.91, newcomer: 0.18, web: 0.5, purposes: "login:58,withdrawal:30,bind:4,number_change:2,recovery:6",
		mix: "TR:14,GB:8,DE:8,US:14,BR:10,NG:9,VN:9,KR:8,AE:6,UA:6,AU:4,SG:4", style: uuid, tells: everything},
	{name: "ridefox", volume: 14, convert: 0.89, newcomer: 0.40, web: 0.02, purposes: "login:96,number_change:3,recovery:1",
		mix: "BR:34,MX:24,CO:13,AR:10,PE:9,CL:10", style: hex16, tells: disclosure{ip: true, device: true, agent: true, check: true, account: true}},
	{name: "chatterly", volume: 16, convert: 0.86, newcomer: 0.55, web: 0.05, purposes: "login:90,recovery:7,number_change:3",
		mix: "IN:30,ID:18,PH:12,BD:8,PK:9,VN:8,TH:6,MY:5,LK:4", style: hex16, tells: disclosure{ip: true, asn: true, device: true, agent: true, ja4: true}},
	{name: "prizely", volume: 9, convert: 0.40, newcomer: 0.92, web: 0.85, purposes: "signup:60,login:40",
		mix: "US:34,CA:10,GB:16,AU:8,DE:10,FR:8,ES:6,MX:8", tells: disclosure{ip: true, asn: true, agent: true, ja4: true, check: true}},
	{name: "sautipay", volume: 8, convert: 0.87, newcomer: 0.30, web: 0.05, purposes: "login:62,withdrawal:30,recovery:8",
		mix: "KE:34,NG:24,GH:14,TZ:12,ZA:10,SN:6", style: hex16, tells: disclosure{ip: true, asn: true, device: true, check: true, account: true, claim: true}},
	{name: "arenagames", volume: 7, convert: 0.85, newcomer: 0.45, web: 0.55, purposes: "login:90,recovery:6,bind:4",
		mix: "US:18,BR:12,DE:8,PL:6,JP:10,KR:8,TH:6,ID:8,SA:6,EG:4,TR:6,KZ:4,IL:4", tells: everything},
	{name: "suqmarket", volume: 4, convert: 0.88, newcomer: 0.35, web: 0.3, purposes: "login:90,recovery:6,bind:4",
		mix: "SA:28,AE:20,EG:18,MA:12,DZ:9,TN:7,AZ:3,UZ:3", style: hex32, tells: disclosure{ip: true, device: true, check: true, account: true}},
	{name: "clinicdesk", volume: 2, convert: 0.95, newcomer: 0.25, web: 0.7, office: true, purposes: "login:92,bind:4,recovery:4",
		mix: "US:60,CA:15,GB:15,AU:10", tells: disclosure{account: true}},
}

// newTenants makes n tenants: services, and then variants of them.
func newTenants(n int, d dice, a *atlas, limit int) []*tenant {
	tenants := make([]*tenant, n)
	for i := range tenants {
		t := services[i%len(services)]
		if i >= len(services) {
			t.name += strconv.Itoa(i/len(services) + 1)
			t.volume *= d.about(0.7, 0.5)
			t.convert = min(0.97, t.convert*d.between(0.93, 1.04))
			t.newcomer = min(0.95, t.newcomer*d.between(0.6, 1.5))
		}
		t.countries, t.weights = t.countryMix(a)
		for i := range t.weights {
			t.weights[i] *= d.about(1, 0.25) // no two seeds alike
		}
		t.wishes, t.wishOf = weights(t.purposes)
		major := 3 + d.IntN(6)
		for minor := range 5 {
			t.versions = append(t.versions, fmt.Sprintf("%d.%d.%d", major, 20-3*minor, d.IntN(4)))
		}
		t.limit = max(50, int(float64(limit)*t.volume/100))
		tenants[i] = &t
	}
	return tenants
}

// countryMix is the tenant's countries and, with a fiftieth of its users in
// all, every other country of the atlas.
func (t *tenant) countryMix(a *atlas) ([]*country, []float64) {
	regions, share := weights(t.mix)
	var countries []*country
	sum := 0.0
	for i, r := range regions {
		countries = append(countries, a.byRegion[r])
		sum += share[i]
	}
	for _, c := range a.countries {
		if !strings.Contains(t.mix, c.region+":") {
			countries = append(countries, c)
			share = append(share, sum*0.02/float64(len(a.countries)))
		}
	}
	return countries, share
}

// weights reads NAME:WEIGHT,...
func weights(list string) (names []string, weights []float64) {
	for item := range strings.SplitSeq(list, ",") {
		name, weight, _ := strings.Cut(item, ":")
		names, weights = append(names, name), append(weights, number(weight))
	}
	return names, weights
}

// shown is what the tenant tells of a request that came from there.
func (t *tenant) shown(o origin, atCheck bool) origin {
	if atCheck && !t.tells.check {
		return origin{}
	}
	if !t.tells.ip {
		o.ip = ""
	}
	if !t.tells.asn {
		o.asn = 0
	}
	if !t.tells.device {
		o.device = ""
	}
	if !t.tells.agent {
		o.agent = ""
	}
	if !t.tells.ja4 {
		o.ja4 = ""
	}
	if !t.tells.claim || atCheck {
		o.claim = nil
	}
	return o
}
