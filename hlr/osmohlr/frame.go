package osmohlr

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"tollgate/hlr/subscriber"
)

// The header of an IPA frame: the length of what follows its three octets, the
// protocol, and for OSMO protocols an extension that counts as payload.
const (
	headerLen     = 3
	protocolOsmo  = 0xee
	extensionCtrl = 0x00
	// maxFrame bounds an answer, in octets. An `info` has some 300.
	maxFrame = 4096
)

// errFrame is what no osmo-hlr writes: the connection is closed.
var errFrame = errors.New("not a CTRL frame")

// appendInfo appends the only request there is: the `info` of a number.
func appendInfo(b []byte, id uint32, n subscriber.MSISDN) []byte {
	start := len(b)
	b = append(b, 0, 0, protocolOsmo, extensionCtrl)
	b = append(b, "GET "...)
	b = strconv.AppendUint(b, uint64(id), 10)
	b = append(b, ' ')
	b = appendVariable(b, n)
	binary.BigEndian.PutUint16(b[start:], uint16(len(b)-start-headerLen))
	return b
}

// appendVariable appends the name of a number's `info`.
func appendVariable(b []byte, n subscriber.MSISDN) []byte {
	return append(append(append(b, "subscriber.by-msisdn-"...), n.Digits()...), ".info"...)
}

// askable says that a number is digits only, of a length that an MSISDN can
// have (ITU-T E.164 §6): nothing else ever stands in a request.
func askable(n subscriber.MSISDN) bool {
	digits := n.Digits()
	if len(digits) < 3 || len(digits) > 15 {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

// readFrame reads the next frame's text into buf. A frame of another protocol
// has no text.
func readFrame(r *bufio.Reader, buf []byte) (text []byte, err error) {
	var head [headerLen]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[:]))
	if n > maxFrame {
		return nil, fmt.Errorf("%w: %d octets", errFrame, n)
	}
	buf = buf[:0]
	if cap(buf) < n {
		buf = make([]byte, 0, maxFrame)
	}
	buf = buf[:n]
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, noEOF(err)
	}
	if head[2] != protocolOsmo || n == 0 || buf[0] != extensionCtrl {
		return nil, nil // keep-alive (CCM) and the like
	}
	return buf[1:], nil
}

// noEOF makes the end within a frame an error of its own.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
