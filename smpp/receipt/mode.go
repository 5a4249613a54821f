package receipt

import "fmt"

// IDMode says how the id in a carrier's receipts relates to the one in its
// submit_sm_resp.
type IDMode uint8

// The modes. In a pair the first word is the response's form, the second the
// receipt's. Zeros in front and the case of digits never count in numbers.
const (
	Auto    IDMode = iota // the same, else the same number in either notation; learnt from what matched
	Exact                 // the same octets
	Decimal               // both decimal
	Hex                   // both hexadecimal
	HexDec                // response hexadecimal, receipt decimal
	DecHex                // response decimal, receipt hexadecimal
)

var modeNames = [...]string{"auto", "exact", "decimal", "hex", "hex-dec", "dec-hex"}

// String returns the mode as configurations write it.
func (m IDMode) String() string {
	if int(m) < len(modeNames) {
		return modeNames[m]
	}
	return fmt.Sprintf("IDMode(%d)", uint8(m))
}

// ParseIDMode reads a mode by its name; the empty one is Auto.
func ParseIDMode(s string) (IDMode, error) {
	if s == "" {
		return Auto, nil
	}
	for i, n := range modeNames {
		if n == s {
			return IDMode(i), nil
		}
	}
	return Auto, fmt.Errorf("receipt id mode %q is none of %v", s, modeNames)
}

// MarshalText writes the mode's name.
func (m IDMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is ParseIDMode for configuration files.
func (m *IDMode) UnmarshalText(b []byte) (err error) {
	*m, err = ParseIDMode(string(b))
	return err
}
