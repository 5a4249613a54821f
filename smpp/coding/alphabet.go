package coding

import "fmt"

// Alphabet is what data_coding 0 means at a carrier: by account, or by port.
type Alphabet uint8

// The alphabets.
const (
	AlphabetGSM7       Alphabet = iota // one septet an octet: the usual one
	AlphabetLatin1                     // ISO 8859-1, which the SMSC turns into GSM 7-bit
	AlphabetGSM7Packed                 // eight septets in seven octets (TS 23.038 §6.1.2.1)
)

var alphabetNames = [...]string{"gsm7", "latin1", "gsm7-packed"}

// String returns the alphabet as configurations write it.
func (a Alphabet) String() string {
	if int(a) < len(alphabetNames) {
		return alphabetNames[a]
	}
	return fmt.Sprintf("Alphabet(%d)", uint8(a))
}

// ParseAlphabet reads an alphabet by its name; the empty one is AlphabetGSM7.
func ParseAlphabet(s string) (Alphabet, error) {
	if s == "" {
		return AlphabetGSM7, nil
	}
	for i, n := range alphabetNames {
		if n == s {
			return Alphabet(i), nil
		}
	}
	return 0, fmt.Errorf("default alphabet %q is none of %v", s, alphabetNames)
}

// UnmarshalText is ParseAlphabet for configuration files.
func (a *Alphabet) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAlphabet(string(b))
	return err
}

// MarshalText writes the alphabet's name.
func (a Alphabet) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
