package pdu

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
)

func TestGolden(t *testing.T) {
	seen := map[CommandID]bool{}
	for _, v := range vectors(t) {
		h, p, err := Decode(v.wire)
		if err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		seen[h.ID] = true
		if got := fieldsOf(p); got != v.fields {
			t.Errorf("%s:\n got %s\nwant %s", v.name, got, v.fields)
		}
		if again, err := Append(nil, p, h.Status, h.Sequence); err != nil || !bytes.Equal(again, v.again) {
			t.Errorf("%s: Append = %x, %v; want %x", v.name, again, err, v.again)
		}
	}
	for id := range bodies {
		if !seen[id] {
			t.Errorf("no vector for %v", id)
		}
	}
}

// TestCutPrefixes: a cut PDU is an error, never a panic. With its length set
// right, as a confused peer would, a request either fails or says exactly what
// was left of it.
func TestCutPrefixes(t *testing.T) {
	for _, v := range vectors(t) {
		for n := range v.wire {
			if _, _, err := Decode(v.wire[:n]); !errors.Is(err, ErrFraming) {
				t.Errorf("%s: first %d octets: %v", v.name, n, err)
			}
		}
		for n := HeaderLen; n < len(v.wire); n++ {
			cut := bytes.Clone(v.wire[:n])
			binary.BigEndian.PutUint32(cut, uint32(n))
			h, p, err := Decode(cut)
			if err != nil {
				var f *FieldError
				if !errors.As(err, &f) || f.Command != h.ID || f.Status == ESME_ROK || f.Field == "" {
					t.Errorf("%s: cut to %d: %v", v.name, n, err)
				}
				continue
			}
			if again, err := Append(nil, p, h.Status, h.Sequence); !h.ID.IsResponse() && (err != nil || !bytes.Equal(again, cut)) {
				t.Errorf("%s: cut to %d decodes as %s", v.name, n, fieldsOf(p))
			}
		}
	}
}

// TestDecodeBody reads every vector's body into a struct that held another.
func TestDecodeBody(t *testing.T) {
	type body interface {
		PDU
		Decode([]byte) error
	}
	used := map[CommandID]body{}
	for range 2 {
		for _, v := range vectors(t) {
			id := DecodeHeader(v.wire).ID
			if used[id] == nil {
				used[id] = New(id).(body)
			}
			if err := used[id].Decode(v.wire[HeaderLen:]); err != nil || fieldsOf(used[id]) != v.fields {
				t.Errorf("%s: %s, %v; want %s", v.name, fieldsOf(used[id]), err, v.fields)
			}
		}
	}
}

// TestBorrowed: DecodeBorrowed says the same as Decode, and Clone keeps saying it
// when the octets are written over.
func TestBorrowed(t *testing.T) {
	for _, v := range vectors(t) {
		wire := bytes.Clone(v.wire)
		var got PDU
		switch p := New(DecodeHeader(wire).ID).(type) {
		case *SubmitSM:
			if err := p.DecodeBorrowed(wire[HeaderLen:]); err != nil {
				t.Fatal(err)
			}
			got = p.Clone()
		case *DeliverSM:
			if err := p.DecodeBorrowed(wire[HeaderLen:]); err != nil {
				t.Fatal(err)
			}
			got = p.Clone()
		case *DataSM:
			if err := p.Decode(wire[HeaderLen:]); err != nil {
				t.Fatal(err)
			}
			got = p.Clone()
		default:
			continue
		}
		for i := range wire {
			wire[i] = 0xEE
		}
		if fieldsOf(got) != v.fields {
			t.Errorf("%s: %s", v.name, fieldsOf(got))
		}
	}
}

// fits says that a decoded PDU which Append refuses is one of those that decode
// is milder with.
func fits(t *testing.T, p PDU, err error) {
	var f *FieldError
	if !errors.As(err, &f) || !errors.Is(err, ErrTooLong) {
		t.Fatalf("%v was decoded and not encoded: %v", p.CommandID(), err)
	}
	for _, lax := range []field{fSystemIDResp, fSystemType, fServiceType, fShortMessage, fMessageIDResp} {
		if f.Field == lax.name {
			return
		}
	}
	t.Fatalf("%v: %s was decoded and not encoded", p.CommandID(), f.Field)
}

func FuzzDecode(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.wire)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		before := bytes.Clone(wire)
		h, p, err := Decode(wire)
		if !bytes.Equal(wire, before) {
			t.Fatal("Decode wrote to the octets")
		}
		var refused *FieldError
		if err != nil {
			if p != nil || !errors.Is(err, ErrFraming) && !errors.As(err, &refused) {
				t.Fatalf("%v, %v", p, err)
			}
			return
		}
		again, err := Append(nil, p, h.Status, h.Sequence)
		if err != nil {
			fits(t, p, err)
			return
		}
		if h.ID.IsResponse() && h.Status != ESME_ROK {
			return // its body may be left out
		}
		h2, p2, err := Decode(again)
		if err != nil || h2.Sequence != h.Sequence || fieldsOf(p2) != fieldsOf(p) {
			t.Fatalf("%x\nencodes as %x, which is\n%v %v", wire, again, p2, err)
		}
		if third, err := Append(nil, p2, h.Status, h.Sequence); err != nil || !bytes.Equal(third, again) {
			t.Fatalf("%x\nencodes as %x, then as %x", wire, again, third)
		}
	})
}

// FuzzSubmitSM encodes what a caller might give, decodes it and encodes it again.
func FuzzSubmitSM(f *testing.F) {
	f.Add("CMT", "Tollgate", "491701234567", "000000000500000R", []byte("Hi"), uint16(0x204), []byte{0, 7}, byte(1))
	f.Add("", "\x00", "", "", bytes.Repeat([]byte{1}, 255), uint16(0), []byte(nil), byte(255))
	f.Fuzz(func(t *testing.T, service, from, to, validity string, text []byte, tag uint16, value []byte, flags byte) {
		want := &SubmitSM{
			ServiceType: service, Source: Address{flags, flags >> 1, from}, Dest: Address{1, 1, to},
			ESMClass: flags, RegisteredDelivery: flags, DataCoding: flags, ValidityPeriod: validity,
			ShortMessage: text, TLVs: TLVs{{Tag(tag), value}},
		}
		prefix := []byte("prefix")
		wire, err := Append(prefix, want, 0, 7)
		if err != nil {
			var bad *FieldError
			if !errors.As(err, &bad) || bad.Command != SubmitSMID || !bytes.Equal(wire, prefix) {
				t.Fatalf("%x, %v", wire, err)
			}
			return
		}
		h, p, err := Decode(wire[len(prefix):])
		if err != nil || h.Sequence != 7 {
			t.Fatalf("%x: %v", wire, err)
		}
		if got := p.(*SubmitSM); fieldsOf(got) != fieldsOf(want) || !reflect.DeepEqual(got.Source, want.Source) {
			t.Fatalf("got %s\nwant %s", fieldsOf(got), fieldsOf(want))
		}
		if again, err := Append(nil, p, 0, 7); err != nil || !bytes.Equal(again, wire[len(prefix):]) {
			t.Fatalf("%x, then %x, %v", wire, again, err)
		}
	})
}
