package compile

import (
	"errors"
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
	known     map[home]string // from data/carriers.tsv, asked first
}

// home is an operator in a country.
type home struct{ country, carrier string }

// network is a line of data/plmn.tsv, with its names as words.
type network struct {
	plmn            string
	brand, operator string // normalised
	operational     bool
}

// idle are the states in which a network carries nobody. One whose state is
// not told is taken where no operational one fits.
var idle = []string{"Not operational", "Reserved", "Returned spare", "Planned", "Upcoming", "Test Network", "Testing"}

// readPLMNs reads the list of networks. A country may be several, as in
// BQ/CW/SX.
func readPLMNs(file []byte) (*plmns, error) {
	p := &plmns{byCountry: map[string][]network{}, known: map[home]string{}}
	err := readTSV(file, func(get func(string) string) error {
		if len(get("mcc")) != 3 {
			return errors.New("no mcc of three digits: has the list another form?")
		}
		n := network{
			plmn: get("mcc") + get("mnc"), brand: single(get("brand")), operator: single(get("operator")),
			operational: get("status") == "Operational",
		}
		if !validPLMN(n.plmn) || slices.Contains(idle, get("status")) {
			return nil // some are ranges or not assigned yet
		}
		for country := range strings.SplitSeq(get("country"), "/") {
			p.byCountry[country] = append(p.byCountry[country], n)
		}
		return nil
	})
	return p, err
}

// single drops the list of those that share a network: it would fit each of
// them.
func single(name string) string {
	if strings.Count(name, ",") > 1 {
		return ""
	}
	return normal(name)
}

func validPLMN(s string) bool {
	return (len(s) == 5 || len(s) == 6) && strings.Trim(s, "0123456789") == ""
}

// readHomes adds what is known of single carriers and checks it against the
// list of networks and the names that libphonenumber has.
func (p *plmns) readHomes(file []byte, carriers map[string]bool) error {
	return readTSV(file, func(get func(string) string) error {
		h, plmn := home{get("region"), get("carrier")}, get("plmn")
		listed := slices.ContainsFunc(p.byCountry[h.country], func(n network) bool { return n.plmn == plmn && n.operational })
		if !listed || !carriers[h.carrier] {
			return fmt.Errorf("%s %q has %s: not an operating network there, or no carrier of libphonenumber's", h.country, h.carrier, plmn)
		}
		p.known[h] = plmn
		return nil
	})
}

// find returns the PLMN of a carrier in a country: the known one, else the one
// whose name fits, "" when none does or
// several do: an operator with two networks gave no hint which of them a range
// belongs to. An equal name counts before one that only contains the other,
// and a network that is known to operate before one that is not.
func (p *plmns) find(country, carrier string) string {
	if plmn, ok := p.known[home{country, carrier}]; ok {
		return plmn
	}
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
	international holding operations the one new de of and y e radio satellite lte data sweden`)

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
