package receipt

import (
	"bytes"
	"encoding/binary"

	"tollgate/smpp/pdu"
)

// text holds the values of a receipt's text; each borrows from the body.
type text struct {
	values [keyCount][]byte
	first  bool // the text starts with id
}

// What a key names.
const (
	keyID = iota
	keySub
	keyDlvrd
	keySubmit
	keyDone
	keyStat
	keyErr
	keyText
	keyCount
)

// keys are the names of appendix B with their spellings, in lower case.
var keys = []struct {
	name string
	what int
}{
	{"id", keyID},
	{"sub", keySub},
	{"dlvrd", keyDlvrd},
	{"submit date", keySubmit},
	{"submitdate", keySubmit},
	{"submit_date", keySubmit},
	{"done date", keyDone},
	{"donedate", keyDone},
	{"done_date", keyDone},
	{"stat", keyStat},
	{"err", keyErr},
	{"error", keyErr},
	{"text", keyText},
}

// unmistakable says that the text alone, without a mark in esm_class, is a
// receipt and nothing that a person would send.
func (t *text) unmistakable() bool {
	v := &t.values
	_, known := parseState(v[keyStat])
	return t.first && len(v[keyID]) > 0 && known && len(v[keyDone])+len(v[keySubmit])+len(v[keyErr]) > 0
}

// body returns the text in ASCII: without a user data header, and out of UCS-2
// when it really is in it. Some carriers say data_coding 8 and send ASCII, so
// the octets decide.
func body(d *pdu.DeliverSM) []byte {
	b := d.Message()
	if d.ESMClass&pdu.ESMClassUDHI != 0 && len(b) > 0 && int(b[0]) < len(b) {
		b = b[int(b[0])+1:]
	}
	if len(b) < 2 || b[0] != 0 {
		return b
	}
	ascii := make([]byte, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		c := binary.BigEndian.Uint16(b)
		if c > 0x7F {
			c = '?'
		}
		ascii = append(ascii, byte(c))
	}
	return ascii
}

// scan takes the first value of each key. Keys come in any order and any of
// them may be missing. What follows text is the message's own and is looked
// through only for an id and a stat that did not come before it.
func (t *text) scan(b []byte) {
	for i := 0; i < len(b); {
		key, value := keyAt(b, i)
		if key < 0 {
			i = nextToken(b, i)
			continue
		}
		what, v := keys[key].what, &t.values
		if what == keyText && len(v[keyID]) > 0 && len(v[keyStat]) > 0 {
			v[keyText] = trim(b[value:])
			return
		}
		end := valueEnd(b, value, what == keyText)
		if v[what] == nil {
			v[what] = b[value:end:end]
			t.first = t.first || what == keyID && len(bytes.TrimSpace(b[:i])) == 0
		}
		i = max(end, i+1)
	}
}

// keyAt returns the key at b[i:] and where its value begins, or -1.
func keyAt(b []byte, i int) (key, value int) {
	for k := range keys {
		name := keys[k].name
		if i+len(name) >= len(b) || b[i]|0x20 != name[0] || !foldEqual(b[i:i+len(name)], name) {
			continue
		}
		v := i + len(name)
		for v < len(b) && b[v] == ' ' {
			v++
		}
		if v < len(b) && b[v] == ':' {
			return k, skipSpaces(b, v+1)
		}
	}
	return -1, 0
}

// valueEnd returns where the value that begins at i ends: at white space, ';' or
// ',', or for the message's own text at the next key.
func valueEnd(b []byte, i int, own bool) int {
	if k, _ := keyAt(b, i); k >= 0 {
		return i
	}
	if !own {
		for i < len(b) && !separates(b[i]) {
			i++
		}
		return i
	}
	for i < len(b) {
		next := nextToken(b, i)
		if k, _ := keyAt(b, next); k >= 0 {
			return i + len(trim(b[i:next]))
		}
		i = next
	}
	return i
}

// nextToken returns where the next token after the one at i begins.
func nextToken(b []byte, i int) int {
	for i < len(b) && !separates(b[i]) {
		i++
	}
	for i < len(b) && separates(b[i]) {
		i++
	}
	return i
}

func separates(c byte) bool { return c <= ' ' || c == ';' || c == ',' }

func skipSpaces(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

// trim drops the NUL and the spaces that some carriers put at the end.
func trim(b []byte) []byte { return bytes.TrimRight(b, " \x00\r\n") }

func foldEqual(b []byte, lower string) bool {
	for i := range len(lower) {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
