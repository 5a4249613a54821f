package osmohlr

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Errors of an answer. None names the number.
var (
	errAnswer = errors.New("the HLR's answer cannot be read")
	// errSecret is an answer with the keys of a SIM, which nobody asked for.
	errSecret = errors.New("the HLR's answer holds authentication data and is not used: check what stands between us and it")
)

// answer is one frame from the HLR, taken apart. It holds no part of the
// frame's buffer.
type answer struct {
	id       uint32
	err      error // an ERROR, or what is wrong with the rest
	variable string
	info     info
}

// info is what we take of a subscriber's `info`.
type info struct {
	imsi, msisdn, vlr, imei string
}

// parseAnswer reads GET_REPLY ID VARIABLE VALUE and ERROR ID REASON. ok is
// false for what answers nobody: traps, and errors without an id.
func parseAnswer(text []byte) (a answer, ok bool) {
	kind, rest, _ := bytes.Cut(text, []byte(" "))
	id, rest, _ := bytes.Cut(rest, []byte(" "))
	n, err := strconv.ParseUint(string(id), 10, 32)
	if err != nil {
		return a, false
	}
	a.id = uint32(n)
	switch string(kind) {
	case "GET_REPLY":
		variable, value, _ := bytes.Cut(rest, []byte(" "))
		a.variable = string(variable)
		a.info, a.err = parseInfo(string(value))
	case "ERROR":
		a.err = refusal(string(rest))
	default:
		return a, false
	}
	return a, true
}

// refusal makes an error of an ERROR's reason. Its text is the HLR's own and
// may quote our request, so that it is not passed on.
func refusal(reason string) error {
	switch strings.TrimRight(reason, ". \n") {
	case "No such subscriber":
		return hlr.ErrAbsent
	case "Command not found", "Invalid value part of 'by-xxx-value' selector":
		return errors.New("the HLR does not know subscriber.by-msisdn: an osmo-hlr of 1.3 or later is needed")
	}
	return errors.New("the HLR refused the lookup")
}

// parseInfo reads lines of a name, a tab and a value. What is not told is left
// out by the HLR; what we do not use is skipped.
func parseInfo(value string) (in info, err error) {
	for line := range strings.Lines(value) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			continue
		}
		name, v, ok := strings.Cut(line, "\t")
		if !ok {
			return info{}, fmt.Errorf("%w: a line without a value", errAnswer)
		}
		if strings.HasPrefix(name, "aud2g") || strings.HasPrefix(name, "aud3g") {
			return info{}, errSecret
		}
		to, digits := in.field(name)
		if to == nil {
			continue
		}
		if *to != "" || digits && strings.Trim(v, "0123456789") != "" || len(v) > 64 {
			return info{}, fmt.Errorf("%w: %s", errAnswer, name)
		}
		*to = v
	}
	return in, nil
}

// field is where a value goes, and whether it has digits only.
func (in *info) field(name string) (to *string, digits bool) {
	switch name {
	case "imsi":
		return &in.imsi, true
	case "msisdn":
		return &in.msisdn, true
	case "imei":
		return &in.imei, true
	case "vlr_number":
		return &in.vlr, false
	}
	return nil, false
}

// subscriber judges the answer to the lookup of n.
func (a *answer) subscriber(n subscriber.MSISDN, home subscriber.PLMN) (hlr.Subscriber, error) {
	if a.err != nil {
		return hlr.Subscriber{}, a.err
	}
	if a.variable != string(appendVariable(nil, n)) || a.info.msisdn != n.Digits() {
		return hlr.Subscriber{}, hlr.ErrOtherNumber
	}
	// 3GPP TS 23.003 §2.2: at most 15 digits, MCC and MNC are five or six.
	if len(a.info.imsi) < 6 || len(a.info.imsi) > 15 {
		return hlr.Subscriber{}, fmt.Errorf("%w: imsi", errAnswer)
	}
	return hlr.Subscriber{
		Identity: subscriber.Identity{IMSI: a.info.imsi, IMEI: a.info.imei, VLR: a.info.vlr},
		Home:     home,
	}, nil
}
