package smsc

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// IDForm is how a message id is written.
type IDForm string

// The forms. Not every one suits a response or a receipt: see Profile.
const (
	IDDecimal      IDForm = "decimal"
	IDHex          IDForm = "hex"
	IDHexUpper     IDForm = "hex-upper"
	IDHex64        IDForm = "hex64"
	IDLeadingZeros IDForm = "leading-zeros"
	IDUUID         IDForm = "uuid"
	IDHex32        IDForm = "hex32"
	IDConstant     IDForm = "constant"
	IDEmpty        IDForm = "empty"
	IDAbsent       IDForm = "absent"
	IDUnterminated IDForm = "unterminated"
	IDSame         IDForm = "same"
	IDWrong        IDForm = "wrong"
)

var idForms = map[IDForm]bool{
	IDDecimal: true, IDHex: true, IDHexUpper: true, IDHex64: true, IDLeadingZeros: true,
	IDUUID: true, IDHex32: true, IDConstant: true, IDEmpty: true, IDAbsent: true, IDUnterminated: true,
}

// high puts a number above the range of int64, where parsers that use one
// fail: 812FC7470000001B has been seen in the field.
const high = 0x812FC747 << 32

// format writes number n in the form. The same n gives the same text.
func (f IDForm) format(n, seed uint64) string {
	switch f {
	case IDHex:
		return strconv.FormatUint(n, 16)
	case IDHexUpper:
		return fmt.Sprintf("%X", n)
	case IDHex64:
		return fmt.Sprintf("%016X", high|n&0xFFFFFFFF)
	case IDLeadingZeros:
		return fmt.Sprintf("%020d", n)
	case IDUUID:
		rng := rand.NewPCG(seed, n)
		a, b := rng.Uint64(), rng.Uint64()
		return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xFFFF, a&0xFFF, b>>48&0x3FFF|0x8000, b&0xFFFFFFFFFFFF)
	case IDHex32:
		rng := rand.NewPCG(seed, n)
		return fmt.Sprintf("%016x%016x", rng.Uint64(), rng.Uint64())
	case IDConstant:
		return "msg_id_not_implemented"
	case IDEmpty, IDAbsent:
		return ""
	default:
		return strconv.FormatUint(n, 10)
	}
}

// messageID is the id in the response.
func (p *Profile) messageID(n uint64) string { return p.MessageID.format(p.number(n), p.Seed) }

// receiptID is the id in the receipt.
func (p *Profile) receiptID(m *message) string {
	form := m.idForm
	if form == "" {
		form = p.ReceiptID
	}
	switch form {
	case IDSame:
		return p.messageID(m.n)
	case IDWrong:
		return IDDecimal.format(p.number(m.n)+(1<<40), p.Seed)
	default:
		return form.format(p.number(m.n), p.Seed)
	}
}

// number is what the numeric forms write. With hex64 in the response every
// form writes the large number, so that both sides name the same one.
func (p *Profile) number(n uint64) uint64 {
	if p.ReuseIDs > 0 {
		n %= uint64(p.ReuseIDs)
	}
	if p.MessageID == IDHex64 || p.ReceiptID == IDHex64 {
		return high | n&0xFFFFFFFF
	}
	return n
}
