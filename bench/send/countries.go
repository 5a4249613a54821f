package send

import "fmt"

// country is where numbers can be: mobile blocks in use, and how many digits
// follow in each.
type country struct {
	iso    string
	prefix string // with its plus
	blocks []string
	digits int
}

// countries that a mix can name. The blocks are valid mobile numbers in
// libphonenumber's plans, which a test holds.
var countries = []country{
	{"DE", "+49", []string{
		"1511", "1512", "1514", "1515", "1516", "1517", "1520", "1522", "1523",
		"1525", "1526", "1529", "1573", "1575", "1577", "1578", "1590",
	}, 7},
	{"BR", "+55", []string{"1198", "1199", "2198", "2199", "3198", "3199", "4199", "5199"}, 7},
	{"ES", "+34", []string{"61", "62", "63", "65", "66", "67", "69"}, 7},
	{"FR", "+33", []string{"61", "62", "64", "65", "66", "67", "68"}, 7},
	{"GB", "+44", []string{"740", "741", "742", "743", "745", "746", "749", "753", "757", "759"}, 7},
	{"ID", "+62", []string{"8121", "8122", "8131", "8132", "8521", "8522", "8571", "8781"}, 7},
	{"IN", "+91", []string{"981", "982", "983", "984", "985", "986", "987", "988", "989", "991"}, 7},
	{"IT", "+39", []string{"320", "328", "329", "333", "335", "338", "339", "347", "348", "349"}, 7},
	{"NG", "+234", []string{"803", "805", "806", "807", "810", "813", "814", "816"}, 7},
	{"PL", "+48", []string{"50", "51", "60", "66", "78"}, 7},
	{"US", "+1", []string{"2122", "2125", "2136", "3053", "3126", "4152", "6174", "6467", "7024", "7183"}, 6},
}

func findCountry(iso string) (country, error) {
	for _, c := range countries {
		if c.iso == iso {
			return c, nil
		}
	}
	known := ""
	for _, c := range countries {
		known += " " + c.iso
	}
	return country{}, fmt.Errorf("there are no numbers of %q, only of%s", iso, known)
}
