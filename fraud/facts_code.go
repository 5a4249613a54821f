package fraud

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"reflect"
	"strings"
	"time"
	"unsafe"
)

// Facts are kept beside each decision, so that it can be made again. The form
// is small because most facts of most sends are zero: a version, then for
// every field that is not zero its tag and its value. A tag is 16 bits of a
// hash of the field's path in JSON, as "velocity.number_10m": a field that is
// added later changes no tag, and one that is unknown to a reader is an error,
// for what cannot be read cannot be decided again.
//
// The fields are found once, by reflection; encoding goes by their offsets.
// The facts of an ordinary send take some 200 ns and 90 octets
// (BenchmarkAppendFacts).

const factsVersion = 1

// factField is one field of Facts, at any depth.
type factField struct {
	tag    uint16
	offset uintptr
	kind   factKind
	path   string
}

type factKind uint8

const (
	factBool factKind = iota
	factUint8
	factUint32
	factInt // of 64 bits
	factWord
	factFloat
	factString
	factTime
)

var factFields, factByTag = layFacts()

// layFacts finds the fields. A field of a kind that is not known, or a tag that
// is taken, is a mistake of whoever adds it, and shows at the first start.
func layFacts() (list []factField, byTag map[uint16]*factField) {
	list = layStruct(reflect.TypeFor[Facts](), 0, "", nil)
	byTag = make(map[uint16]*factField, len(list))
	for i := range list {
		if other := byTag[list[i].tag]; other != nil {
			panic(fmt.Sprintf("fraud: facts %s and %s have one tag: rename one in JSON", other.path, list[i].path))
		}
		byTag[list[i].tag] = &list[i]
	}
	return list, byTag
}

func layStruct(t reflect.Type, base uintptr, prefix string, list []factField) []factField {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		path, offset := prefix+name, base+f.Offset
		if f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[time.Time]() {
			list = layStruct(f.Type, offset, path+".", list)
			continue
		}
		if f.Type.Kind() == reflect.Array {
			for n := range f.Type.Len() {
				at := offset + uintptr(n)*f.Type.Elem().Size()
				list = append(list, layField(f.Type.Elem(), at, fmt.Sprintf("%s.%d", path, n)))
			}
			continue
		}
		list = append(list, layField(f.Type, offset, path))
	}
	return list
}

func layField(t reflect.Type, offset uintptr, path string) factField {
	h := fnv.New32a()
	h.Write([]byte(path))
	sum := h.Sum32()
	return factField{tag: uint16(sum ^ sum>>16), offset: offset, kind: factKindOf(t, path), path: path}
}

func factKindOf(t reflect.Type, path string) factKind {
	if t == reflect.TypeFor[time.Time]() {
		return factTime
	}
	switch t.Kind() {
	case reflect.Bool:
		return factBool
	case reflect.Uint8:
		return factUint8
	case reflect.Uint32:
		return factUint32
	case reflect.Int:
		return factWord
	case reflect.Int64:
		return factInt
	case reflect.Float64:
		return factFloat
	case reflect.String:
		return factString
	}
	panic(fmt.Sprintf("fraud: fact %s has type %s, which facts_code.go cannot keep", path, t))
}

// AppendFacts appends what DecodeFacts reads.
func AppendFacts(b []byte, f *Facts) []byte {
	b = append(b, factsVersion)
	base := unsafe.Pointer(f)
	for i := range factFields {
		d := &factFields[i]
		at := unsafe.Add(base, d.offset)
		switch d.kind {
		case factBool:
			if *(*bool)(at) {
				b = binary.LittleEndian.AppendUint16(b, d.tag)
			}
		case factUint8:
			if v := *(*uint8)(at); v != 0 {
				b = append(binary.LittleEndian.AppendUint16(b, d.tag), v)
			}
		case factUint32:
			if v := *(*uint32)(at); v != 0 {
				b = binary.AppendUvarint(binary.LittleEndian.AppendUint16(b, d.tag), uint64(v))
			}
		case factInt:
			if v := *(*int64)(at); v != 0 {
				b = binary.AppendVarint(binary.LittleEndian.AppendUint16(b, d.tag), v)
			}
		case factWord:
			if v := *(*int)(at); v != 0 {
				b = binary.AppendVarint(binary.LittleEndian.AppendUint16(b, d.tag), int64(v))
			}
		case factFloat:
			if v := math.Float64bits(*(*float64)(at)); v != 0 {
				b = appendFloatFact(binary.LittleEndian.AppendUint16(b, d.tag), v)
			}
		case factString:
			if v := *(*string)(at); v != "" {
				b = binary.AppendUvarint(binary.LittleEndian.AppendUint16(b, d.tag), uint64(len(v)))
				b = append(b, v...)
			}
		case factTime:
			if v := *(*time.Time)(at); !v.IsZero() {
				b = binary.AppendVarint(binary.LittleEndian.AppendUint16(b, d.tag), v.Unix())
				b = binary.AppendUvarint(b, uint64(v.Nanosecond()))
			}
		}
	}
	return b
}

// appendFloatFact writes the bits with the zeros that most counts end in left
// off.
func appendFloatFact(b []byte, bits uint64) []byte {
	n := 8
	for ; n > 0 && bits&0xff == 0; n-- {
		bits >>= 8
	}
	b = append(b, byte(n))
	for range n {
		b = append(b, byte(bits))
		bits >>= 8
	}
	return b
}

var errFacts = errors.New("fraud: these are not facts, or they are cut short")

// DecodeFacts reads what AppendFacts wrote. Times come back in UTC. Facts of
// another version of Tollgate that this one does not know are an error.
func DecodeFacts(b []byte) (*Facts, error) {
	if len(b) == 0 || b[0] != factsVersion {
		return nil, errFacts
	}
	f, in := &Facts{}, factReader{rest: b[1:]}
	base := unsafe.Pointer(f)
	for len(in.rest) > 0 && !in.bad {
		tag := in.take(2)
		if in.bad {
			break
		}
		d := factByTag[binary.LittleEndian.Uint16(tag)]
		if d == nil {
			return nil, fmt.Errorf("fraud: these facts have a field (%#x) that this version does not know; use the version that decided", tag)
		}
		at := unsafe.Add(base, d.offset)
		switch d.kind {
		case factBool:
			*(*bool)(at) = true
		case factUint8:
			if v := in.take(1); !in.bad {
				*(*uint8)(at) = v[0]
			}
		case factUint32:
			*(*uint32)(at) = uint32(in.uvarint())
		case factInt:
			*(*int64)(at) = in.varint()
		case factWord:
			*(*int)(at) = int(in.varint())
		case factFloat:
			*(*float64)(at) = in.float()
		case factString:
			*(*string)(at) = string(in.take(int(min(in.uvarint(), 1<<20))))
		case factTime:
			sec := in.varint()
			*(*time.Time)(at) = time.Unix(sec, int64(in.uvarint())).UTC()
		}
	}
	if in.bad {
		return nil, errFacts
	}
	return f, nil
}

type factReader struct {
	rest []byte
	bad  bool
}

func (r *factReader) take(n int) []byte {
	if n > len(r.rest) {
		r.bad, n = true, 0
	}
	v := r.rest[:n]
	r.rest = r.rest[n:]
	return v
}

func (r *factReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *factReader) varint() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *factReader) float() float64 {
	size := r.take(1)
	if r.bad || size[0] > 8 {
		r.bad = true
		return 0
	}
	var bits uint64
	for i, c := range r.take(int(size[0])) {
		bits |= uint64(c) << (8*(8-int(size[0])) + 8*i)
	}
	return math.Float64frombits(bits)
}
