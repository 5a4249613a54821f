package static

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// column sets one value of a record from its text.
type column struct {
	fields hlr.Field // what a file with this column can tell
	set    func(r *hlr.Subscriber, text string) error
}

// columns are the words of the file. "msisdn" names the number and is not
// among them.
var columns = map[string]column{
	"imsi":              {hlr.FieldIMSI, func(r *hlr.Subscriber, s string) error { return digits(&r.IMSI, s, 6, 15) }},
	"iccid":             {hlr.FieldICCID, func(r *hlr.Subscriber, s string) error { return digits(&r.ICCID, s, 18, 20) }},
	"imei":              {hlr.FieldIMEI, func(r *hlr.Subscriber, s string) error { return digits(&r.IMEI, s, 14, 16) }},
	"lac":               {hlr.FieldLocation, func(r *hlr.Subscriber, s string) error { return code(&r.LAC, s) }},
	"cid":               {hlr.FieldLocation, func(r *hlr.Subscriber, s string) error { return code(&r.CID, s) }},
	"vlr":               {hlr.FieldVLR, func(r *hlr.Subscriber, s string) error { r.VLR = s; return nil }},
	"mccmnc":            {hlr.FieldNetwork, func(r *hlr.Subscriber, s string) error { return plmn(&r.PLMN, s) }},
	"home_mccmnc":       {hlr.FieldHome, func(r *hlr.Subscriber, s string) error { return plmn(&r.Home, s) }},
	"ported":            {hlr.FieldPorted, func(r *hlr.Subscriber, s string) error { return flag(&r.Ported, s) }},
	"ported_at":         {hlr.FieldPorted, func(r *hlr.Subscriber, s string) error { return date(&r.PortedAt, s) }},
	"recycled_at":       {hlr.FieldRecycled, func(r *hlr.Subscriber, s string) error { return date(&r.RecycledAt, s) }},
	"roaming":           {hlr.FieldRoaming, func(r *hlr.Subscriber, s string) error { return flag(&r.Roaming, s) }},
	"reachable":         {hlr.FieldReachable, func(r *hlr.Subscriber, s string) error { return flag(&r.Reachable, s) }},
	"call_forwarding":   {hlr.FieldCallForwarding, func(r *hlr.Subscriber, s string) error { return flag(&r.CallForwarding, s) }},
	"line_type":         {hlr.FieldLineType, func(r *hlr.Subscriber, s string) error { return lineType(&r.LineType, s) }},
	"sim_changed_at":    {hlr.FieldSIMChange, func(r *hlr.Subscriber, s string) error { return changed(&r.SIMChange, s) }},
	"device_changed_at": {hlr.FieldDeviceChange, func(r *hlr.Subscriber, s string) error { return changed(&r.DeviceChange, s) }},
	"absent":            {hlr.FieldIMSI, absent},
}

// lineTypes are the words of fraud.LineType.
var lineTypes = []string{
	"mobile", "fixed", "fixed_or_mobile", "voip", "premium", "toll_free",
	"shared_cost", "pager", "personal", "uan", "voicemail",
}

// set puts one value into a record. An empty text is a fact that is not told.
func set(r *hlr.Subscriber, name, text string) error {
	c, ok := columns[name]
	if !ok {
		return fmt.Errorf("unknown field %s; there are msisdn, %s", show(name), strings.Join(columnNames(), ", "))
	}
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	if err := c.set(r, text); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// show quotes a word of the file for an error, which is logged: not one that
// may be a number or an identity, as the first line of a CSV without header is.
func show(word string) string {
	if strings.ContainsAny(word, "0123456789") || len(word) > 32 {
		return "(a value)"
	}
	return strconv.Quote(word)
}

func columnNames() []string {
	names := make([]string, 0, len(columns))
	for name := range columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// number reads an E.164 number, with or without its plus and with the usual
// separators.
func number(s string) (subscriber.MSISDN, error) {
	s = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.TrimSpace(s))
	var d string
	if err := digits(&d, strings.TrimPrefix(s, "+"), 5, 15); err != nil {
		return "", fmt.Errorf("msisdn: %w", err)
	}
	if d[0] == '0' {
		return "", fmt.Errorf("msisdn: begins with 0; write it with its country code, as in +491701234567")
	}
	return subscriber.MSISDN("+" + d), nil
}

// digits never repeats what it refuses: errors are logged, and identities must
// not stand in a log.
func digits(to *string, s string, least, most int) error {
	if len(s) < least || len(s) > most || strings.Trim(s, "0123456789") != "" {
		return fmt.Errorf("must be %d to %d digits", least, most)
	}
	*to = s
	return nil
}

func code(to *uint32, s string) error {
	base := 10
	if hex, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		s, base = hex, 16
	}
	v, err := strconv.ParseUint(s, base, 32)
	if err != nil {
		return fmt.Errorf("must be a number up to 4294967295, decimal or 0x hexadecimal")
	}
	*to = uint32(v)
	return nil
}

func plmn(to *subscriber.PLMN, s string) error {
	var d string
	if err := digits(&d, strings.ReplaceAll(s, "-", ""), 5, 6); err != nil {
		return fmt.Errorf("%w: MCC and MNC joined, as in 26201", err)
	}
	*to = subscriber.PLMN(d)
	return nil
}

func flag(to **bool, s string) error {
	switch strings.ToLower(s) {
	case "true", "yes", "1":
		v := true
		*to = &v
	case "false", "no", "0":
		v := false
		*to = &v
	default:
		return fmt.Errorf("must be true or false")
	}
	return nil
}

func absent(r *hlr.Subscriber, s string) error {
	var v *bool
	err := flag(&v, s)
	r.Absent = v != nil && *v
	return err
}

func date(to *time.Time, s string) error {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			*to = t
			return nil
		}
	}
	return fmt.Errorf("must be a time as in 2026-01-31T08:00:00Z or a date as in 2026-01-31")
}

// changed reads a change that the network dates; a date without a time is any
// time of that day.
func changed(to *hlr.LastChange, s string) error {
	var at time.Time
	if err := date(&at, s); err != nil {
		return err
	}
	*to = hlr.ChangedAt(at)
	if len(s) == len(time.DateOnly) {
		to.NotAfter = at.AddDate(0, 0, 1)
	}
	return nil
}

func lineType(to *string, s string) error {
	if !slices.Contains(lineTypes, s) {
		return fmt.Errorf("must be one of %s", strings.Join(lineTypes, ", "))
	}
	*to = s
	return nil
}
