package coding

// Coding is how a text is written in octets.
type Coding uint8

// The codings.
const (
	GSM7   Coding = iota // GSM 7-bit, with its extension and national tables
	Latin1               // ISO 8859-1
	UCS2                 // UTF-16BE: surrogate pairs where UCS-2 has none
	Binary               // octets that are no text
)

var codingNames = [...]string{"gsm7", "latin1", "ucs2", "binary"}

// String returns the coding's name, as in "gsm7".
func (c Coding) String() string { return codingNames[c] }

// Values of data_coding (SMPP 3.4 §5.2.19).
const (
	dataDefault    = 0x00 // the SMSC's default alphabet
	dataIA5        = 0x01
	dataBinary     = 0x02
	dataLatin1     = 0x03
	dataBinary2    = 0x04
	dataCyrillic   = 0x06
	dataHebrew     = 0x07
	dataUCS2       = 0x08
	dataClass0     = 0x10 // default alphabet, shown at once (TS 23.038 §4)
	dataClass0UCS2 = 0x18
)
