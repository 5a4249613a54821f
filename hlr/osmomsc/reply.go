package osmomsc

import (
	"fmt"
	"strconv"
	"strings"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// parse reads what `show subscriber msisdn` printed: a line a fact, indented,
// its name before a colon.
func parse(reply string, n subscriber.MSISDN) (s hlr.Subscriber, err error) {
	if strings.HasPrefix(reply, "% No subscriber found") {
		return s, hlr.ErrNotCovered
	}
	facts := map[string]string{}
	for line := range strings.Lines(reply) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		if _, twice := facts[name]; twice && used[name] {
			return s, fmt.Errorf("%w: it says %s twice", errReply, name)
		}
		facts[name] = strings.TrimSpace(value)
	}
	switch msisdn, told := facts["MSISDN"]; {
	case !told:
		return s, errReply
	case msisdn != n.Digits():
		return s, hlr.ErrOtherNumber
	}
	if facts["Received cancel location"] == "true" {
		return s, hlr.ErrNotCovered // served elsewhere by now
	}
	if s.LAC, s.CID, err = cell(facts["LAC / cell ID"]); err != nil {
		return hlr.Subscriber{}, err
	}
	if imei := facts["IMEI"]; len(imei) >= 14 && len(imei) <= 16 && strings.Trim(imei, "0123456789") == "" {
		s.IMEI = imei
	}
	if detached, told := facts["IMSI detached"]; told {
		reachable := detached != "true" && facts["MS not reachable"] != "true"
		s.Reachable = &reachable
	}
	return s, nil
}

var used = map[string]bool{
	"MSISDN": true, "LAC / cell ID": true, "IMEI": true, "IMSI detached": true, "MS not reachable": true, "Received cancel location": true,
}

// cell reads "4321 / 8765". No cell is told where a handset has not been heard.
func cell(value string) (lac, cid uint32, err error) {
	if value == "" {
		return 0, 0, nil
	}
	area, id, _ := strings.Cut(value, " / ")
	a, err1 := strconv.ParseUint(area, 10, 32)
	c, err2 := strconv.ParseUint(id, 10, 32)
	if err1 != nil || err2 != nil {
		return 0, 0, fmt.Errorf("%w: LAC / cell ID", errReply)
	}
	return uint32(a), uint32(c), nil
}
