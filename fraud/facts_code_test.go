package fraud_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"tollgate/fraud"
)

// fill puts a value of its own into every field, at any depth.
func fill(r *rand.Rand, v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<33), r.Int64N(1e9)).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint32:
		v.SetUint(1 + r.Uint64N(200))
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64() - 1<<62)
	case reflect.Float64:
		v.SetFloat(r.NormFloat64() * 1000)
	case reflect.String:
		v.SetString(string(rune('a'+r.IntN(26))) + "é+4917")
	default:
		panic(v.Type().String())
	}
}

func TestFactsCodeKeepsEveryField(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		var f fraud.Facts
		fill(r, reflect.ValueOf(&f).Elem())
		b := fraud.AppendFacts(nil, &f)
		got, err := fraud.DecodeFacts(b)
		if err != nil || !reflect.DeepEqual(*got, f) {
			t.Fatalf("%+v, %v; want %+v", got, err, f)
		}
		for n := range b { // facts that are cut short are an error or fewer fields, never a panic
			if cut, err := fraud.DecodeFacts(b[:n]); err == nil && reflect.DeepEqual(*cut, f) {
				t.Fatalf("read whole from its first %d octets", n)
			}
		}
	}
}

// A decision made again from stored facts is the same, bit for bit, whatever
// signal fires.
func TestStoredFactsDecideTheSame(t *testing.T) {
	for _, name := range []string{"default", "strict", "observe"} {
		p := shipped(t, name)
		for _, purpose := range []string{"login", "withdrawal", "bind"} {
			for _, c := range signalCases {
				f := clean(purpose)
				c.fire(&f)
				want, err := json.Marshal(p.Decide(&f))
				if err != nil {
					t.Fatal(err)
				}
				stored := fraud.AppendFacts(nil, &f)
				again, err := fraud.DecodeFacts(stored)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := json.Marshal(p.Decide(again)); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s, %s, %s: %s, want %s", name, purpose, c.code, got, want)
				}
			}
		}
	}
}

func TestFactsCodeRefuses(t *testing.T) {
	f := clean("login")
	b := fraud.AppendFacts(nil, &f)
	if len(b) > 160 {
		t.Errorf("the facts of an ordinary send take %d octets", len(b))
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "another version": append([]byte{9}, b[1:]...), "an unknown field": append(bytes.Clone(b), 0xde, 0xad, 1), "half a tag": append(bytes.Clone(b), 1),
	} {
		if got, err := fraud.DecodeFacts(b); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func FuzzDecodeFacts(f *testing.F) {
	facts := clean("login")
	f.Add(fraud.AppendFacts(nil, &facts))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := fraud.DecodeFacts(b)
		if err != nil {
			return
		}
		again, err := fraud.DecodeFacts(fraud.AppendFacts(nil, got))
		if err != nil {
			t.Fatal(err)
		}
		a, c := fraud.AppendFacts(nil, got), fraud.AppendFacts(nil, again)
		if !bytes.Equal(a, c) {
			t.Fatalf("%x, then %x", a, c)
		}
	})
}

func BenchmarkAppendFacts(b *testing.B) {
	f := clean("login")
	trusted(&f)
	buf := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		buf = fraud.AppendFacts(buf[:0], &f)
	}
	b.ReportMetric(float64(len(buf)), "octets")
}
