package osmomsc

// Telnet commands (RFC 854) that a command line sends among its text.
const (
	iac  = 255 // the next octet is a command
	sb   = 250 // subnegotiation, up to IAC SE
	se   = 240
	will = 251 // WILL, WONT, DO and DONT have an option octet
	dont = 254
)

// telnet takes the commands out of what a peer sends, however it is cut.
type telnet struct {
	state uint8
	inSB  bool
}

const (
	text uint8 = iota
	command
	option
)

// strip appends the text of b to dst.
func (t *telnet) strip(dst, b []byte) []byte {
	for _, c := range b {
		switch t.state {
		case option:
			t.state = text
		case command:
			t.state = text
			switch {
			case c >= will && c <= dont:
				t.state = option
			case c == sb:
				t.inSB = true
			case c == se:
				t.inSB = false
			case c == iac && !t.inSB:
				dst = append(dst, c)
			}
		default:
			if c == iac {
				t.state = command
			} else if !t.inSB {
				dst = append(dst, c)
			}
		}
	}
	return dst
}
