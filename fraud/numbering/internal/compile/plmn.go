package compile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plmns finds the network of a carrier by its name. It is careful: a name that
// fits networks of two operators fits none.
type plmns struct {
	byCountry map[string][]network
}

// network is a line of data/plmn.tsv, with its names as words.
type network struct {
	plmn            string
	brand, operator string // normalised
	operational     bool
}

// idle are the states in which a network carries nobody. One whose state is
// not told is taken where no operational one fits.
var idle = []string{"Not operational", "Reserved", "Returned spare", "Planned", "Upcoming", "Test Network", "Testing"}

// readPLMNs reads a header line that names the columns and a line for each
// network, all separated by tabs. A country may be several, as in BQ/CW/SX.
func readPLMNs(tsv []byte) (*plmns, error) {
	p := &plmns{byCountry: map[string][]network{}}
	var column map[string]int
	for i, line := range strings.Split(string(bytes.TrimSpace(tsv)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		if column == nil {
			column = map[string]int{}
			for c, name := range fields {
				column[name] = c
			}
			continue
		}
		get := func(name string) string {
			if c, ok := column[name]; ok && c < len(fields) {
				return fields[c]
			}
			return ""
		}
		if len(get("mcc")) != 3 {
			return nil, fmt.Errorf("line %d: no mcc of three digits: has data/plmn.tsv another form?", i+1)
		}
		if n := len(get("mnc")); n < 2 || n > 3 || strings.Trim(get("mcc")+get("mnc"), "0123456789") != "" || slices.Contains(idle, get("status")) {
			continue
		}
		n := network{
			plmn: get("mcc") + get("mnc"), brand: normal(get("brand")), operator: normal(get("operator")),
			operational: get("status") == "Operational",
		}
		for _, country := range strings.Split(get("country"), "/") {
			p.byCountry[country] = append(p.byCountry[country], n)
		}
	}
	return p, nil
}

// find returns the PLMN of a carrier in a country, "" when none fits or
// several do: an operator with two networks gave no hint which of them a range
// belongs to. An equal name counts before one that only contains the other,
// and a network that is known to operate before one that is not.
func (p *plmns) find(country, carrier string) string {
	name := normal(carrier)
	for _, operational := range []bool{true, false} {
		for _, fits := range []func(a, b string) bool{equal, contained} {
			found := ""
			for _, n := range p.byCountry[country] {
				if n.operational != operational || !fits(name, n.brand) && !fits(name, n.operator) {
					continue
				}
				if found != "" && found != n.plmn {
					return ""
				}
				found = n.plmn
			}
			if found != "" {
				return found
			}
		}
	}
	return ""
}

func equal(a, b string) bool { return a != "" && a == b }

// contained says that the words of one name stand in the other. Words that
// many names share do not make one.
func contained(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && !generic(a) && strings.Contains(" "+b+" ", " "+a+" ")
}

// common are words that say nothing of who it is.
var common = strings.Fields(`mobile mobiles movil mobil telecom telecoms telecommunication telecommunications telekom telephone tel telco
	cellular cell cel wireless gsm net network networks communication communications com digital services service group national
	international holding operations the one new de of and y e radio satellite lte data`)

func generic(name string) bool {
	for _, w := range strings.Fields(name) {
		if !slices.Contains(common, w) && len(w) > 1 {
			return false
		}
	}
	return true
}

// legal are the forms of companies that follow, or precede, a name.
var legal = strings.Fields(`ltd limited gmbh ag sa sas spa srl sarl sl plc inc llc llp corp corporation company co kg ohg bv nv as asa
	ab oy oyj aps pty pte pvt private public jsc ojsc pjsc cjsc ooo oao zao doo dd ad kft zrt sro eood ead sia uab bhd sdn tbk pt psc wll lda ltda cv`)

// normal reduces a name to its words: without case, accents, punctuation and
// the form of the company.
func normal(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '\u2019' || r == '.':
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(legal, w) })
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, " ")
}
