package traffic

import (
	"tollgate/fraud/numbering"
	"tollgate/hlr/subscriber"
)

// dearRange is numbers that cost many times the usual to reach.
type dearRange struct {
	digits string // after the plus
	length int    // in all
	mixed  bool   // ordinary subscribers have such numbers too
}

// dearRanges are the destinations that the GSMA's and the CFCA's reports on
// revenue-share fraud name again and again: satellite services, international
// premium rate, islands in the Caribbean, the Pacific and the Indian Ocean, and
// small African and Baltic networks.
var dearRanges = []dearRange{
	{digits: "8816", length: 12}, {digits: "8817", length: 12}, {digits: "88213", length: 12}, {digits: "88216", length: 13},
	{digits: "8823", length: 12}, {digits: "87077", length: 12}, {digits: "979", length: 12}, {digits: "88299", length: 13},
	{"1876", 11, true}, {"1473", 11, true}, {"1284", 11, true}, {"1649", 11, true}, {"1767", 11, true}, {"1664", 11, true}, {"1268", 11, true},
	{"535", 10, true}, {"25261", 12, true}, {"23276", 11, true}, {"9607", 10, true}, {"22462", 12, true}, {"3712", 11, true},
	{"3706", 11, true}, {"67574", 11, true}, {"6745", 10, true}, {"2693", 10, true}, {"23566", 11, true}, {"2207", 10, true},
	{"22670", 11, true}, {"6878", 9, true}, {"50937", 11, true}, {"6858", 10, true}, {"6777", 10, true},
}

// dear asks for codes to a few dear ranges.
func (c *campaign) dear() {
	d := c.d
	abroad := *pick(d, c.w.atlas.countries)
	abroad.median, abroad.sigma, abroad.silent, abroad.lost = 9, 1, 0.3, 0.2
	op := &operator{country: &abroad, tells: tellsIMSI, plmn: "90101", prefixes: []prefix{{"9", 9}}}
	var stems []string
	for range 1 + d.IntN(4) {
		r := pick(d, dearRanges)
		stems = append(stems, string(d.digits([]byte("+"+r.digits), r.length-len(r.digits)-3)))
	}
	unallocated := d.chance(0.25)
	from := pick(d, c.t.countries)
	c.loop(func() {
		number := d.tail(pick(d, stems), unallocated)
		l := &line{number: number, op: op, silent: true, fate: c.tac.fate}
		if l.fate == fateNowhere {
			l.fate = fateQuiet
		}
		c.ask(l, c.actor(from))
	})
}

// tail completes a number with three digits; a valid one where there is any and
// it need not be unallocated.
func (d dice) tail(stem string, unallocated bool) string {
	number := ""
	for range 8 {
		number = string(d.digits([]byte(stem), 3))
		if _, ok := numbering.Classify(subscriber.MSISDN(number)); ok || unallocated {
			break
		}
	}
	return number
}
