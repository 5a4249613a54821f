package store_test

import (
	"reflect"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

// codec is one kind of record behind any.
type codec struct {
	name   string
	fields protowire.Number // numbers in use, from 1
	record func() any
	append func([]byte, any) []byte
	decode func([]byte) (any, error)
}

func codecOf[T any](name string, fields protowire.Number, appendTo func([]byte, *T) []byte, decode func([]byte) (*T, error)) codec {
	return codec{
		name:   name,
		fields: fields,
		record: func() any { return new(T) },
		append: func(b []byte, v any) []byte { return appendTo(b, v.(*T)) },
		decode: func(b []byte) (any, error) { return decode(b) },
	}
}

var codecs = []codec{
	codecOf("Message", 17, store.AppendMessage, store.DecodeMessage),
	codecOf("Content", 2, store.AppendContent, store.DecodeContent),
	codecOf("Delivery", 15, store.AppendDelivery, store.DecodeDelivery),
	codecOf("Challenge", 16, store.AppendChallenge, store.DecodeChallenge),
	codecOf("NumberState", 17, store.AppendNumberState, store.DecodeNumberState),
	codecOf("AccountState", 4, store.AppendAccountState, store.DecodeAccountState),
	codecOf("Identity", 16, store.AppendIdentity, store.DecodeIdentity),
	codecOf("Review", 13, store.AppendReview, store.DecodeReview),
	codecOf("Answer", 6, store.AppendAnswer, store.DecodeAnswer),
}

func filled(c codec, seed int) any {
	v := c.record()
	storetest.Fill(v, seed)
	if ch, ok := v.(*store.Challenge); ok {
		ch.Delivery = 0 // filled by readers
	}
	return v
}

func TestCodec(t *testing.T) {
	for _, c := range codecs {
		for seed, v := range []any{c.record(), filled(c, 1), filled(c, 2000)} {
			wire := c.append([]byte("before"), v)[len("before"):]
			got, err := c.decode(wire)
			if err != nil || !reflect.DeepEqual(got, v) {
				t.Errorf("%s %d: read back %+v, %v\nwant %+v", c.name, seed, got, err, v)
			}
		}
	}
}

// TestCodecForward reads what a newer version wrote: fields of every type
// with numbers that nobody knows, before, between and behind.
func TestCodecForward(t *testing.T) {
	var unknown []byte
	unknown = protowire.AppendTag(unknown, 1000, protowire.VarintType)
	unknown = protowire.AppendVarint(unknown, 7)
	unknown = protowire.AppendTag(unknown, 1001, protowire.Fixed32Type)
	unknown = protowire.AppendFixed32(unknown, 7)
	unknown = protowire.AppendTag(unknown, 1002, protowire.Fixed64Type)
	unknown = protowire.AppendFixed64(unknown, 7)
	unknown = protowire.AppendTag(unknown, 1003, protowire.BytesType)
	unknown = protowire.AppendString(unknown, "new")
	for _, c := range codecs {
		v := filled(c, 1)
		wire := append(c.append(append([]byte(nil), unknown...), v), unknown...)
		got, err := c.decode(wire)
		if err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%s among new fields: %+v, %v", c.name, got, err)
		}
	}
}

// TestCodecCut cuts a record everywhere: never a panic, and never the whole
// record.
func TestCodecCut(t *testing.T) {
	for _, c := range codecs {
		v := filled(c, 1)
		wire := c.append(nil, v)
		for n := range wire {
			if got, err := c.decode(wire[:n]); err == nil && reflect.DeepEqual(got, v) {
				t.Errorf("%s: whole from its first %d octets of %d", c.name, n, len(wire))
			}
		}
		// Every field with another type than its own.
		for num := protowire.Number(1); num <= c.fields; num++ {
			if slices.Contains(retired[c.name], num) {
				continue
			}
			bad := protowire.AppendTag(nil, num, protowire.Fixed32Type)
			bad = protowire.AppendFixed32(bad, 1)
			if _, err := c.decode(bad); err == nil {
				t.Errorf("%s: field %d is taken with a wrong type", c.name, num)
			}
		}
	}
}

// retired fields are no longer read; their numbers are not used again.
var retired = map[string][]protowire.Number{"NumberState": {14}, "Challenge": {8}}

func FuzzCodec(f *testing.F) {
	for i, c := range codecs {
		f.Add(uint8(i), c.append(nil, filled(c, 1)))
	}
	f.Fuzz(func(t *testing.T, kind uint8, wire []byte) {
		c := codecs[int(kind)%len(codecs)]
		v, err := c.decode(wire)
		if err != nil {
			return
		}
		again, err := c.decode(c.append(nil, v))
		if err != nil {
			t.Fatalf("%s: what was decoded does not encode: %v", c.name, err)
		}
		if twin, _ := c.decode(wire); !reflect.DeepEqual(twin, v) {
			return // a score that is not a number is not equal to itself
		}
		if !reflect.DeepEqual(again, v) {
			t.Fatalf("%s: %+v, then %+v", c.name, v, again)
		}
	})
}
