package pdu

import (
	"encoding/hex"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// vector is one block of testdata/vectors.txt.
type vector struct {
	name, fields string
	wire, again  []byte // again: what we send for what we would not have sent
}

func vectors(t testing.TB) []vector {
	text, err := os.ReadFile("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	for _, block := range strings.Split(string(text), "\n\n") {
		if v := readVector(t, block); v.name != "" {
			all = append(all, v)
		}
	}
	if len(all) < 40 {
		t.Fatalf("%d vectors", len(all))
	}
	return all
}

func readVector(t testing.TB, block string) (v vector) {
	into := &v.wire
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		switch word, rest, _ := strings.Cut(line, " "); word {
		case "#":
		case "name":
			v.name = rest
		case "octets":
			into = &v.wire
		case "again":
			into = &v.again
			v.again = []byte{}
		case "fields":
			v.fields = strings.TrimPrefix(rest, "-")
		case "":
			digits, _, _ := strings.Cut(rest, ";")
			b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
			if err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			*into = append(*into, b...)
		default:
			t.Fatalf("%s: unknown line %q", v.name, line)
		}
	}
	if v.again == nil {
		v.again = v.wire
	}
	return v
}

// describe writes the fields that are not zero, in the struct's order.
func describe(v reflect.Value, prefix string) string {
	var out []string
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		f, name := v.Field(i), prefix+v.Type().Field(i).Name
		switch x := f.Interface().(type) {
		case TLVs:
			if len(x) > 0 {
				var each []string
				for _, t := range x {
					each = append(each, fmt.Sprintf("%v:%x", t.Tag, t.Value))
				}
				out = append(out, fmt.Sprintf("%s=%v", name, each))
			}
			continue
		case []byte:
			if len(x) > 0 {
				out = append(out, fmt.Sprintf("%s=%x", name, x))
			}
			continue
		}
		if s := describeValue(f, name, v.Type().Field(i).Anonymous, prefix); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

func describeValue(f reflect.Value, name string, embedded bool, prefix string) string {
	switch {
	case f.Kind() == reflect.Struct && embedded:
		return describe(f, prefix)
	case f.Kind() == reflect.Struct:
		return describe(f, name+".")
	case f.Kind() == reflect.Slice && f.Len() > 0:
		var each []string
		for i := range f.Len() {
			each = append(each, "{"+describe(f.Index(i), "")+"}")
		}
		return fmt.Sprintf("%s=%v", name, each)
	case f.Kind() == reflect.String && f.Len() > 0:
		return fmt.Sprintf("%s=%q", name, f.String())
	case f.CanUint() && f.Uint() != 0:
		return fmt.Sprintf("%s=%d", name, f.Uint())
	}
	return ""
}

func fieldsOf(p PDU) string { return describe(reflect.ValueOf(p).Elem(), "") }
