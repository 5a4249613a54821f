package receipt

import (
	"bytes"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

const (
	handset = "491701234567"
	usual   = "id:0123456789 sub:001 dlvrd:001 submit date:2401021530 done date:2401021531 stat:DELIVRD err:000 text:Your code is"
)

func deliver(esmClass byte, text string, tlvs ...pdu.TLV) *pdu.DeliverSM {
	return &pdu.DeliverSM{
		Source: pdu.Address{TON: 1, NPI: 1, Addr: handset}, Dest: pdu.Address{TON: 5, Addr: "Tollgate"},
		ESMClass: esmClass, ShortMessage: []byte(text), TLVs: tlvs,
	}
}

func ucs2(s string) string {
	var b []byte
	for i := range len(s) {
		b = append(b, 0, s[i])
	}
	return string(b)
}

func tlv(tag pdu.Tag, v ...byte) pdu.TLV { return pdu.TLV{Tag: tag, Value: v} }

// The rows are the dialects that the field shows; each says where it differs.
var dialects = []struct {
	name string
	d    *pdu.DeliverSM
	want Receipt
}{
	{"appendix B", deliver(4, usual),
		Receipt{ID: "0123456789", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000", Text: "Your code is"}},
	{"another order", deliver(4, "stat:EXPIRED err:1 id:7 done date:2401021531"),
		Receipt{ID: "7", State: Expired, Final: true, Stat: "EXPIRED", Err: "1"}},
	{"text in front", deliver(4, "text:hello you id:7 stat:UNDELIV err:21b"),
		Receipt{ID: "7", State: Undeliverable, Final: true, Stat: "UNDELIV", Err: "21b", Text: "hello you"}},
	{"capital Text with a space", deliver(4, "id:7 sub:001 dlvrd:000 stat:DELETED err:0005 Text: . . .\x00"),
		Receipt{ID: "7", State: Deleted, Final: true, Stat: "DELETED", Err: "0005", Text: ". . ."}},
	{"no sub, dlvrd, text", deliver(4, "id:7 submit date:240102153000 done date:240102153100 stat:REJECTD err:8"),
		Receipt{ID: "7", State: Rejected, Final: true, Stat: "REJECTD", Err: "8"}},
	{"dates of 14 digits", deliver(4, "id:7 submit date:20240102153000 done date:20240102153100 stat:DELIVRD err:000"),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
	{"dates without a space", deliver(4, "id:7 submitdate:2401021530 donedate:2401021531 stat:DELIVRD err:000"),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
	{"spaces after the colon", deliver(4, "id: 7 stat: DELIVRD err: text:"),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD"}},
	{"capitals and semicolons", deliver(4, "ID:7;STAT:delivrd;ERR:000"),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "delivrd", Err: "000"}},
	{"FAILED", deliver(4, "id:7 stat:FAILED err:000"),
		Receipt{ID: "7", State: Undeliverable, Final: true, Stat: "FAILED", Err: "000"}},
	{"REJECTED", deliver(4, "id:7 stat:REJECTED err:000"),
		Receipt{ID: "7", State: Rejected, Final: true, Stat: "REJECTED", Err: "000"}},
	{"BUFFRED", deliver(4, "id:7 stat:BUFFRED err:000"),
		Receipt{ID: "7", State: Enroute, Stat: "BUFFRED", Err: "000"}},
	{"BUFFERD", deliver(4, "id:7 stat:BUFFERD err:000"),
		Receipt{ID: "7", State: Enroute, Stat: "BUFFERD", Err: "000"}},
	{"ACKED", deliver(4, "id:7 stat:ACKED err:000"),
		Receipt{ID: "7", State: Accepted, Stat: "ACKED", Err: "000"}},
	{"ACCEPTD", deliver(4, "id:7 stat:ACCEPTD err:000"),
		Receipt{ID: "7", State: Accepted, Stat: "ACCEPTD", Err: "000"}},
	{"UNKNOWN", deliver(4, "id:7 stat:UNKNOWN err:000"),
		Receipt{ID: "7", State: Unknown, Final: true, Stat: "UNKNOWN", Err: "000"}},
	{"ENROUTE in an intermediate notification", deliver(0x20, "id:7 stat:ENROUTE err:000"),
		Receipt{ID: "7", State: Enroute, Stat: "ENROUTE", Err: "000"}},
	{"a word that nobody knows is not final", deliver(4, "id:7 stat:FLOATED err:000"),
		Receipt{ID: "7", State: Unknown, Stat: "FLOATED", Err: "000"}},
	{"stat is trusted over err", deliver(4, "id:7 stat:UNDELIV err:000"),
		Receipt{ID: "7", State: Undeliverable, Final: true, Stat: "UNDELIV", Err: "000"}},
	{"no stat, but dlvrd", deliver(4, "id:7 sub:001 dlvrd:001 err:000"),
		Receipt{ID: "7", State: Delivered, Final: true, Err: "000"}},
	{"id without any state", deliver(4, "id:7"), Receipt{ID: "7", State: Unknown}},
	{"handset acknowledgement", deliver(8, usual),
		Receipt{ID: "0123456789", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000", Text: "Your code is"}},
	{"esm_class 0", deliver(0, usual),
		Receipt{ID: "0123456789", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000", Text: "Your code is"}},
	{"really UCS-2", deliver(4, ucs2("id:7 stat:DELIVRD err:000")),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
	{"a UUID", deliver(4, "id:6F9619FF-8B86-D011-B42D-00CF4FC964FF stat:DELIVRD err:000"),
		Receipt{ID: "6F9619FF-8B86-D011-B42D-00CF4FC964FF", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
	{"parameters only", deliver(4, "", pdu.CStringTLV(pdu.TagReceiptedMessageID, "abc"), tlv(pdu.TagMessageState, 5), tlv(pdu.TagNetworkErrorCode, 3, 1, 4)),
		Receipt{ID: "abc", State: Undeliverable, Final: true, Err: "260", NetworkError: [3]byte{3, 1, 4}}},
	{"parameters without a mark in esm_class", deliver(0, "", pdu.CStringTLV(pdu.TagReceiptedMessageID, "abc"), tlv(pdu.TagMessageState, 2)),
		Receipt{ID: "abc", State: Delivered, Final: true}},
	{"parameters before the text", deliver(4, usual, pdu.CStringTLV(pdu.TagReceiptedMessageID, "75BCD15"), tlv(pdu.TagMessageState, 3)),
		Receipt{ID: "75BCD15", AltID: "0123456789", State: Expired, Final: true, Stat: "DELIVRD", Err: "000", Text: "Your code is"}},
	{"id as a parameter, state in the text", deliver(4, "stat:DELIVRD err:000", tlv(pdu.TagReceiptedMessageID, '7')),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
	{"message_payload", deliver(4, "", pdu.TLV{Tag: pdu.TagMessagePayload, Value: []byte("id:7 stat:DELIVRD err:000")}),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
	{"user_message_reference", deliver(4, "id:msg_id_not_implemented stat:DELIVRD err:000", pdu.Uint16TLV(pdu.TagUserMessageReference, 77)),
		Receipt{ID: "msg_id_not_implemented", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000", Reference: 77, HasReference: true}},
	{"osmo-msc 1.9.0 leaves its own pattern in place of the dates", deliver(4, "id:00000001 sub:000 dlvrd:000 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:", pdu.Uint16TLV(pdu.TagUserMessageReference, 44)),
		Receipt{ID: "00000001", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000", Reference: 44, HasReference: true}},
	{"behind a user data header", deliver(0x44, "\x05\x00\x03\x01\x01\x01id:7 stat:DELIVRD err:000"),
		Receipt{ID: "7", State: Delivered, Final: true, Stat: "DELIVRD", Err: "000"}},
}

func TestDialects(t *testing.T) {
	for _, c := range dialects {
		c.want.Dest, c.want.Source = handset, "Tollgate"
		for _, coding := range []byte{0, 3, 8} { // data_coding is often wrong and must not matter
			c.d.DataCoding = coding
			got, ok := Parse(c.d)
			got.SubmitDate, got.DoneDate = time.Time{}, time.Time{}
			if !ok || got != c.want {
				t.Errorf("%s, data_coding %d:\n got %+v, %v\nwant %+v", c.name, coding, got, ok, c.want)
			}
		}
	}
}

func TestData(t *testing.T) {
	got, ok := ParseData(&pdu.DataSM{
		Source: pdu.Address{TON: 1, NPI: 1, Addr: handset}, ESMClass: 4,
		TLVs: pdu.TLVs{pdu.CStringTLV(pdu.TagReceiptedMessageID, "abc"), tlv(pdu.TagMessageState, 2)},
	})
	if !ok || got.ID != "abc" || got.State != Delivered || got.Dest != handset {
		t.Errorf("data_sm: %+v, %v", got, ok)
	}
}

func TestMessagesAreNoReceipts(t *testing.T) {
	for _, d := range []*pdu.DeliverSM{
		deliver(0, "STOP"),
		deliver(0, ""),
		deliver(0, "id:12 is my number"),
		deliver(0, "id:12 stat:DELIVRD"),
		deliver(0, "hi id:12 stat:DELIVRD err:000"),
		deliver(0x40, "\x05\x00\x03\x01\x02\x01id"),
		deliver(0x10, "user acknowledgement"),
		deliver(0, "", pdu.CStringTLV(pdu.TagReceiptedMessageID, "")),
	} {
		if got, ok := Parse(d); ok {
			t.Errorf("%q is a receipt: %+v", d.ShortMessage, got)
		}
	}
}

func TestAddressesThatWereNotSwapped(t *testing.T) {
	d := deliver(4, usual)
	d.Source, d.Dest = d.Dest, d.Source
	if got, _ := Parse(d); got.Dest != handset || got.Source != "Tollgate" {
		t.Errorf("dest %q, source %q", got.Dest, got.Source)
	}
	d.Source = pdu.Address{TON: 3, Addr: "12345"}
	if got, _ := Parse(d); got.Dest != handset || got.Source != "12345" {
		t.Errorf("short code: dest %q, source %q", got.Dest, got.Source)
	}
}

func TestDates(t *testing.T) {
	zone := time.FixedZone("carrier", 2*3600)
	at := func(sec int) time.Time { return time.Date(2024, 1, 2, 15, 30, sec, 0, zone) }
	for in, want := range map[string]time.Time{
		"2401021530":       at(0),
		"240102153044":     at(44),
		"20240102153044":   at(44),
		"240102133044000+": at(44),
		"":                 {},
		"0000000000":       {},
		"2413021530":       {},
		"2402301530":       {},
		"2401022530":       {},
		"24010215":         {},
		"24-1021530":       {},
		"240102133044000R": {},
		"2x240102153044":   {},
	} {
		if got := parseDate([]byte(in), zone); !got.Equal(want) {
			t.Errorf("%q = %v, want %v", in, got, want)
		}
	}
}

func TestFormatIsReadBack(t *testing.T) {
	want := Receipt{
		ID: "42", State: Undeliverable, Final: true, Stat: "UNDELIV", Err: "005", Text: "Your code is 123456 ",
		SubmitDate: time.Date(2024, 1, 2, 3, 4, 0, 0, time.UTC), DoneDate: time.Date(2024, 1, 2, 3, 5, 0, 0, time.UTC),
		Dest: handset, Source: "Tollgate",
	}
	got, ok := Parse(deliver(4, Format(want)))
	want.Text = "Your code is 123456"
	if !ok || got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	want.NetworkError = [3]byte{3, 0, 5}
	got, ok = Parse(deliver(4, "", TLVs(want)...))
	if !ok || got.ID != "42" || got.State != Undeliverable || got.NetworkError != want.NetworkError || got.Err != "5" {
		t.Errorf("parameters: %+v", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range dialects {
		f.Add(c.d.ESMClass, []byte(c.d.ShortMessage))
	}
	f.Fuzz(func(t *testing.T, esmClass byte, b []byte) {
		before := bytes.Clone(b)
		r, ok := Parse(deliver(esmClass, string(b)))
		if !bytes.Equal(b, before) {
			t.Error("Parse wrote to the message")
		}
		if !ok && r != (Receipt{}) {
			t.Errorf("no receipt, but %+v", r)
		}
		if r.Final && !r.State.Final() {
			t.Errorf("final in state %v", r.State)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	wire, err := pdu.Append(nil, deliver(4, usual), 0, 1)
	if err != nil {
		b.Fatal(err)
	}
	var d pdu.DeliverSM
	b.ReportAllocs()
	for b.Loop() {
		if err := d.DecodeBorrowed(wire[pdu.HeaderLen:]); err != nil {
			b.Fatal(err)
		}
		if _, ok := Parse(&d); !ok {
			b.Fatal("not a receipt")
		}
	}
}
