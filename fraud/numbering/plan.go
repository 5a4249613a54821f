package numbering

import (
	_ "embed"
	"fmt"
	"strconv"

	"tollgate/fraud"
	"tollgate/fraud/numbering/internal/table"
	"tollgate/hlr/subscriber"
)

//go:generate go run ./internal/gen

// tableFile is what go generate wrote; it is a string so that names are cut
// from it without a copy.
//
//go:embed data/numbers.bin
var tableFile string

var plans = mustOpen(tableFile)

// PlanSource is where the numbering plans and their carriers come from, with
// its version.
func PlanSource() string { return plans.Source }

// Size is the octets that the plans and the networks take in memory.
func Size() int { return plans.Size() + len(plmnFile) + 96*len(networks().list) }

// planSet is the table with what is looked up in it by name.
type planSet struct {
	*table.Table
	main   [1000]*table.Region // by calling code, nil when none is assigned
	region map[string]*table.Region
}

// mustOpen panics: a table that does not open was committed that way, and the
// tests would have said so.
func mustOpen(file string) *planSet {
	t, err := table.Open(file)
	if err != nil {
		panic(fmt.Sprintf("fraud/numbering: %v", err))
	}
	p := &planSet{Table: t, region: make(map[string]*table.Region, len(t.Regions))}
	for i := range t.Regions {
		r := &t.Regions[i]
		if r.Ordinal == 0 {
			p.main[r.CC] = r
		}
		if r.Name != nonGeographic {
			p.region[r.Name] = r
		}
	}
	return p
}

// nonGeographic is the region of calling codes that belong to no country. It
// has no national numbers.
const nonGeographic = "001"

// Classify says what a number in E.164 is, and false when it is not valid as
// it stands. It takes some 50 ns and allocates nothing; the strings of the
// Number belong to the table, its MSISDN is the one given.
func Classify(msisdn subscriber.MSISDN) (Number, bool) {
	if len(msisdn) < 2 || msisdn[0] != '+' {
		return Number{}, false
	}
	digits := string(msisdn[1:])
	out := table.Walk(plans.Nodes, plans.Root, digits)
	if out == 0 {
		return Number{}, false
	}
	o := plans.Outcomes[out]
	r, c := &plans.Regions[o.Region], plans.Table.Carrier(digits)
	n := Number{MSISDN: msisdn, Region: r.Name, CallingCode: int(r.CC), LineType: lineTypes[o.Type], Carrier: c.Name}
	if mobile(n.LineType) {
		n.PLMN = subscriber.PLMN(plans.PLMN(c, r))
	}
	return n, true
}

var lineTypes = [table.Types]fraud.LineType{
	table.PremiumRate:       fraud.LinePremium,
	table.TollFree:          fraud.LineTollFree,
	table.SharedCost:        fraud.LineSharedCost,
	table.VoIP:              fraud.LineVoIP,
	table.PersonalNumber:    fraud.LinePersonal,
	table.Pager:             fraud.LinePager,
	table.UAN:               fraud.LineUAN,
	table.Voicemail:         fraud.LineVoicemail,
	table.FixedLine:         fraud.LineFixed,
	table.FixedLineOrMobile: fraud.LineFixedOrMobile,
	table.Mobile:            fraud.LineMobile,
}

// splitCallingCode cuts the calling code off and returns its main region, nil
// when none is assigned. No code is the beginning of another (ITU-T E.164 §6).
func (p *planSet) splitCallingCode(digits string) (*table.Region, string) {
	for i := 1; i <= 3 && i <= len(digits) && digits[0] != '0'; i++ {
		if cc, _ := strconv.Atoi(digits[:i]); p.main[cc] != nil {
			return p.main[cc], digits[i:]
		}
	}
	return nil, digits
}
