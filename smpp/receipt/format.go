package receipt

import (
	"fmt"
	"time"

	"tollgate/smpp/pdu"
)

// textMax is how many characters of the message a receipt repeats (appendix B).
const textMax = 20

// Format writes the receipt as appendix B shows it, dates in UTC with ten
// digits. Simulators and tests send it.
func Format(r Receipt) string {
	delivered := 0
	if r.State == Delivered {
		delivered = 1
	}
	stat, code := r.Stat, r.Err
	if stat == "" {
		stat = r.State.String()
	}
	if code == "" {
		code = "000"
	}
	text := r.Text
	if len(text) > textMax {
		text = text[:textMax]
	}
	return fmt.Sprintf("id:%s sub:001 dlvrd:%03d submit date:%s done date:%s stat:%s err:%s text:%s",
		r.ID, delivered, date(r.SubmitDate), date(r.DoneDate), stat, code, text)
}

func date(t time.Time) string {
	if t.IsZero() {
		return "0000000000"
	}
	return t.UTC().Format("0601021504")
}

// TLVs returns the optional parameters that say what Format says:
// receipted_message_id, message_state, and network_error_code when there is one.
func TLVs(r Receipt) pdu.TLVs {
	t := pdu.TLVs{
		pdu.CStringTLV(pdu.TagReceiptedMessageID, r.ID),
		{Tag: pdu.TagMessageState, Value: []byte{byte(r.State)}},
	}
	if r.NetworkError != [3]byte{} {
		t = append(t, pdu.TLV{Tag: pdu.TagNetworkErrorCode, Value: append([]byte(nil), r.NetworkError[:]...)})
	}
	return t
}
