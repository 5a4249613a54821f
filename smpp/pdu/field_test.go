package pdu

import (
	"errors"
	"strings"
	"testing"
)

// TestFieldLimits gives each field one octet too many and expects its status.
func TestFieldLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	address := func(n int) Address { return Address{Addr: long(n)} }
	many := make([]Destination, 255)
	for _, c := range []struct {
		p     PDU
		field string
		want  Status
	}{
		{&BindTransceiver{Bind{SystemID: long(16)}}, "system_id", ESME_RINVSYSID},
		{&BindReceiver{Bind{Password: long(65)}}, "password", ESME_RINVPASWD},
		{&BindTransmitter{Bind{SystemType: long(13)}}, "system_type", ESME_RINVSYSTYP},
		{&BindTransceiver{Bind{AddressRange: long(41)}}, "address_range", ESME_RBINDFAIL},
		{&BindTransceiverResp{BindResp{SystemID: long(16)}}, "system_id", ESME_RINVSYSID},
		{&SubmitSM{ServiceType: long(6)}, "service_type", ESME_RINVSERTYP},
		{&SubmitSM{Source: address(21)}, "source_addr", ESME_RINVSRCADR},
		{&SubmitSM{Dest: address(21)}, "destination_addr", ESME_RINVDSTADR},
		{&SubmitSM{Source: Address{Addr: "a\x00b"}}, "source_addr", ESME_RINVSRCADR},
		{&SubmitSM{ScheduleDeliveryTime: long(17)}, "schedule_delivery_time", ESME_RINVSCHED},
		{&SubmitSM{ValidityPeriod: long(17)}, "validity_period", ESME_RINVEXPIRY},
		{&SubmitSM{ShortMessage: make([]byte, 255)}, "short_message", ESME_RINVMSGLEN},
		{&SubmitSM{TLVs: TLVs{{Value: make([]byte, 1<<16)}}}, "optional_parameters", ESME_RINVOPTPARSTREAM},
		{&DeliverSM{ShortMessage: make([]byte, 255)}, "short_message", ESME_RINVMSGLEN},
		{&SubmitSMResp{MessageID: long(65)}, "message_id", ESME_RINVMSGID},
		{&DataSM{Source: address(65)}, "source_addr", ESME_RINVSRCADR},
		{&QuerySM{MessageID: long(65)}, "message_id", ESME_RINVMSGID},
		{&QuerySMResp{FinalDate: long(17)}, "final_date", ESME_RQUERYFAIL},
		{&CancelSM{Dest: address(21)}, "destination_addr", ESME_RINVDSTADR},
		{&ReplaceSM{ShortMessage: make([]byte, 255)}, "short_message", ESME_RINVMSGLEN},
		{&SubmitMulti{}, "number_of_dests", ESME_RINVNUMDESTS},
		{&SubmitMulti{Dests: many}, "number_of_dests", ESME_RINVNUMDESTS},
		{&SubmitMulti{Dests: []Destination{{List: long(21)}}}, "dl_name", ESME_RINVDLNAME},
		{&SubmitMultiResp{Unsuccessful: make([]Unsuccessful, 255)}, "no_unsuccess", ESME_RINVNUMDESTS},
		{&AlertNotification{ESME: address(65)}, "esme_addr", ESME_RINVDSTADR},
		{&Outbind{Password: long(65)}, "password", ESME_RINVPASWD},
	} {
		b, err := Append([]byte("kept"), c.p, 0, 1)
		var f *FieldError
		if !errors.As(err, &f) || f.Field != c.field || f.Status != c.want || f.Command != c.p.CommandID() || string(b) != "kept" {
			t.Errorf("%v: %v, want %s with %v", c.p.CommandID(), err, c.field, c.want)
		}
	}
}

// TestDecodeRefuses gives bodies that are wrong in one field.
func TestDecodeRefuses(t *testing.T) {
	long := strings.Repeat("x", 300)
	head := "\x00\x00\x00\x00\x01\x01" // service_type, source, TON and NPI of the destination
	for _, c := range []struct {
		name  string
		id    CommandID
		body  string
		field string
		want  Status
		why   error
	}{
		{"endless service_type", SubmitSMID, long, "service_type", ESME_RINVSERTYP, ErrTooLong},
		{"endless source", SubmitSMID, "\x00\x00\x00" + long, "source_addr", ESME_RINVSRCADR, ErrTooLong},
		{"endless destination", SubmitSMID, head + long, "destination_addr", ESME_RINVDSTADR, ErrTooLong},
		{"endless schedule", SubmitSMID, head + "1\x00\x00\x00\x00" + long, "schedule_delivery_time", ESME_RINVSCHED, ErrTooLong},
		{"endless validity", SubmitSMID, head + "1\x00\x00\x00\x00\x00" + long, "validity_period", ESME_RINVEXPIRY, ErrTooLong},
		{"short_message is cut", SubmitSMID, head + "1\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05abc", "short_message", ESME_RINVMSGLEN, ErrCut},
		{"a parameter is cut", SubmitSMID, head + "1\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x24\x00\x09abc", "optional_parameters", ESME_RINVOPTPARSTREAM, ErrCut},
		{"nothing", SubmitSMID, "", "service_type", ESME_RINVCMDLEN, ErrCut},
		{"no esm_class", SubmitSMID, head + "1\x00", "esm_class", ESME_RINVCMDLEN, ErrCut},
		{"endless message_id", SubmitSMRespID, long, "message_id", ESME_RINVMSGID, ErrTooLong},
		{"octets after a bind", BindReceiverID, "\x00\x00\x00\x34\x00\x00\x00\x01", "command_length", ESME_RINVCMDLEN, ErrTrailing},
		{"no destinations", SubmitMultiID, "\x00\x00\x00\x00\x00", "number_of_dests", ESME_RINVNUMDESTS, ErrRange},
		{"unknown dest_flag", SubmitMultiID, "\x00\x00\x00\x00\x01\x03", "dest_flag", ESME_RINVDESTFLAG, ErrRange},
		{"empty dl_name", SubmitMultiID, "\x00\x00\x00\x00\x01\x02\x00", "dl_name", ESME_RINVDLNAME, ErrRange},
		{"error_status_code is cut", SubmitMultiRespID, "\x00\x01\x00\x00\x00\x00\x00", "error_status_code", ESME_RINVCMDLEN, ErrCut},
		{"no such command", 0x0A, "", "command_id", ESME_RINVCMDID, ErrUnknownCommand},
	} {
		wire := AppendHeader(nil, Header{Length: uint32(HeaderLen + len(c.body)), ID: c.id, Sequence: 9})
		h, p, err := Decode(append(wire, c.body...))
		var f *FieldError
		if !errors.As(err, &f) || f.Field != c.field || f.Status != c.want || f.Command != c.id || !errors.Is(err, c.why) || p != nil || h.Sequence != 9 {
			t.Errorf("%s: %v, %+v", c.name, err, h)
		}
	}
}

func TestDecodeSubmitSMResp(t *testing.T) {
	for body, want := range map[string]string{"": "", "\x00": "", "75": "75", "75\x00": "75", "75\x00\x00\x1d\x00\x00": "75"} {
		if id, err := DecodeSubmitSMResp([]byte(body)); err != nil || string(id) != want {
			t.Errorf("%q: %q, %v", body, id, err)
		}
	}
	if _, err := DecodeSubmitSMResp(make256()); !errors.Is(err, ErrTooLong) {
		t.Errorf("256 octets: %v", err)
	}
}

func make256() []byte { return []byte(strings.Repeat("7", 256)) }

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{SubmitSMID.String(), "submit_sm"},
		{SubmitSMRespID.String(), "submit_sm_resp"},
		{GenericNackID.String(), "generic_nack"},
		{CommandID(0x8000000B).String(), "0x8000000B"},
		{CommandID(0x111).String(), "0x00000111"},
		{SubmitMultiID.Response().String(), "submit_multi_resp"},
		{ESME_RTHROTTLED.String(), "ESME_RTHROTTLED"},
		{ESME_RINVBCASTCHANIND.String(), "ESME_RINVBCASTCHANIND"},
		{Status(0x400).String(), "0x00000400"},
		{TagMessagePayload.String(), "message_payload"},
		{Tag(0x1400).String(), "0x1400"},
		{(&SubmitSM{ShortMessage: []byte("secret")}).String(), "pdu.SubmitSM(hidden)"},
		{(&BindTransceiver{Bind{Password: "secret"}}).String(), "pdu.Bind(hidden)"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
	if n := len(Statuses()); n != 48+19 || Status(0x400).Known() || !ESME_RX_T_APPN.Known() {
		t.Errorf("%d statuses", n)
	}
}

func TestTLVs(t *testing.T) {
	v := TLVs{
		{TagMessageState, []byte{2}}, Uint16TLV(TagUserMessageReference, 0x1234),
		CStringTLV(TagReceiptedMessageID, "abc"), {TagAdditionalStatusInfoText, []byte("no NUL")}, {TagMessageState, []byte{9}},
		{TagSourcePort, []byte{7}}, {TagDestinationPort, []byte{1, 2, 3}},
	}
	state, _ := v.Uint8(TagMessageState)
	ref, _ := v.Uint16(TagUserMessageReference)
	id, _ := v.CString(TagReceiptedMessageID)
	info, _ := v.CString(TagAdditionalStatusInfoText)
	port, _ := v.Uint16(TagSourcePort)
	if state != 2 || ref != 0x1234 || id != "abc" || info != "no NUL" || port != 7 {
		t.Errorf("%d %x %q %q %d", state, ref, id, info, port)
	}
	_, wide := v.Uint8(TagUserMessageReference)
	_, odd := v.Uint16(TagDestinationPort)
	_, absent := v.CString(TagMessagePayload)
	if wide || odd || absent {
		t.Error("a value of another length was read")
	}
	a := v[:2].With(TagSourcePort, 1)
	b := v[:2].With(TagSourcePort, 2)
	if a[2].Value[0] != 1 || b[2].Value[0] != 2 || v[2].Tag != TagReceiptedMessageID {
		t.Error("With wrote to the array it was given")
	}
}
