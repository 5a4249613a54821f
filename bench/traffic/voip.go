package traffic

import (
	"tollgate/fraud/numbering"
	"tollgate/hlr/subscriber"
)

// voipPrefixes are national ranges that regulators keep for numbers without a SIM.
var voipPrefixes = map[string]prefix{
	"GB": {"56", 10}, "FR": {"95", 9}, "NL": {"85", 9}, "JP": {"50", 10}, "KR": {"70", 10},
	"PL": {"39", 9}, "IT": {"55", 10}, "IL": {"77", 9}, "ES": {"51", 9}, "SG": {"3", 8},
}

// voipLine is a number without a SIM: of the country's VoIP range where it has
// one, or one of its mobile numbers that a VoIP operator rents out, which only
// a lookup can tell.
func (w *world) voipLine(d dice, c *country) *line {
	o := d.operator(c)
	l := &line{op: o, voip: true, silent: d.chance(0.25)}
	l.id.lineType = "voip"
	l.number = d.popular(o).number(d.IntN(blockSize))
	if p := voipPrefixes[c.region]; p.digits != "" && d.chance(0.75) {
		for range 40 {
			b := append(append([]byte("+"), c.code...), p.digits...)
			b = d.digits(b, p.length-len(p.digits))
			if n, ok := numbering.Classify(subscriber.MSISDN(b)); ok && n.LineType == "voip" {
				l.number, l.id.lineType = string(b), pick(d, []string{"voip", ""})
				break
			}
		}
	}
	return l
}
