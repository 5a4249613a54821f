package numbering

import (
	"errors"
	"strings"
	"testing"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

func TestParse(t *testing.T) {
	const munich = "+491701234567"
	for _, v := range []struct {
		raw, region string
		want        subscriber.MSISDN
		wantRegion  string
		line        fraud.LineType
	}{
		{"+491701234567", "", munich, "DE", fraud.LineMobile},
		{"+491701234567", "US", munich, "DE", fraud.LineMobile},
		{"00491701234567", "", munich, "DE", fraud.LineMobile},
		{"0049 170 1234567", "US", munich, "DE", fraud.LineMobile},
		{"491701234567", "DE", munich, "DE", fraud.LineMobile},
		{"491701234567", "US", munich, "DE", fraud.LineMobile},
		{"491701234567", "", munich, "DE", fraud.LineMobile},
		{"01701234567", "DE", munich, "DE", fraud.LineMobile},
		{"1701234567", "DE", munich, "DE", fraud.LineMobile},
		{"+49 (0)170 / 123-45.67", "", munich, "DE", fraud.LineMobile},
		{"(0170) 1234567", "DE", munich, "DE", fraud.LineMobile},
		{"+491701234567", "", munich, "DE", fraud.LineMobile},
		{"\u202a+49\u00a0170 1234567\u202c", "", munich, "DE", fraud.LineMobile},
		{"+٤٩١٧٠١٢٣٤٥٦٧", "", munich, "DE", fraud.LineMobile},
		{"011 49 170 1234567", "US", munich, "DE", fraud.LineMobile},
		{"(415) 555-2671", "US", "+14155552671", "US", fraud.LineFixedOrMobile},
		{"+1 416 555 0134", "", "+14165550134", "CA", fraud.LineFixedOrMobile},
		{"+54 9 11 2345 6789", "", "+5491123456789", "AR", fraud.LineMobile},
		{"+5511961234567", "", "+5511961234567", "BR", fraud.LineMobile},
		{"+39 02 12345678", "", "+390212345678", "IT", fraud.LineFixed},
		{"+39 06 69812345", "", "+390669812345", "VA", fraud.LineFixed},
		{"+49 30 123456", "", "+4930123456", "DE", fraud.LineFixed},
		{"+49 900 1234567", "", "+499001234567", "DE", fraud.LinePremium},
		{"+49 800 1234567", "", "+498001234567", "DE", fraud.LineTollFree},
		{"+49 180 1234567", "", "+491801234567", "DE", fraud.LineSharedCost},
		{"+49 700 12345678", "", "+4970012345678", "DE", fraud.LinePersonal},
		{"+44 56 1234 5678", "", "+445612345678", "GB", fraud.LineVoIP},
		{"+44 76 4012 3456", "", "+447640123456", "GB", fraud.LinePager},
		{"+44 55 1234 5678", "", "+445512345678", "GB", fraud.LineUAN},
		{"+882 16 1234 5678", "", "+8821612345678", "001", fraud.LineVoIP},
		{"+800 1234 5678", "", "+80012345678", "001", fraud.LineTollFree},
	} {
		got, err := Parse(v.raw, v.region)
		if err != nil {
			t.Errorf("Parse(%q, %q): %v", v.raw, v.region, err)
			continue
		}
		if got.MSISDN != v.want || got.Region != v.wantRegion || got.LineType != v.line {
			t.Errorf("Parse(%q, %q) = %+v, want %s %s %s", v.raw, v.region, got, v.want, v.wantRegion, v.line)
		}
	}
}

func TestCarrier(t *testing.T) {
	n, err := Parse("+491701234567", "")
	if err != nil || n.Carrier == "" || n.CallingCode != 49 {
		t.Errorf("Parse = %+v, %v; want a carrier and calling code 49", n, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, v := range []struct {
		raw, region string
		want        Reason
	}{
		{"", "DE", NotANumber},
		{"+", "", NotANumber},
		{"---", "DE", NotANumber},
		{"hello", "DE", NotANumber},
		{"1-800-FLOWERS", "US", NotANumber},
		{"+49170123+4567", "", NotANumber},
		{"++491701234567", "", NotANumber},
		{"+491701234567\n", "", NotANumber},
		{"+491701234567\x00", "", NotANumber},
		{"tel:+491701234567", "", NotANumber},
		{"+491701234567 x12", "", NotANumber},
		{"+491701234567,12", "", Extension},
		{"+491701234567#12", "", Extension},
		{"+491701234567;ext=12", "", Extension},
		{"*31#01701234567", "DE", Extension},
		{strings.Repeat("1", 21), "", TooLong},
		{strings.Repeat(" ", 33), "DE", TooLong},
		{"+49170123456789012345", "", TooLong},
		{"+141555526719", "", TooLong},
		{"+49170", "", TooShort},
		{"+4917", "", TooShort},
		{"12", "DE", TooShort},
		{"+999123456789", "", CallingCode},
		{"01701234567", "", CallingCode},
		{"+1 555 555 5555", "", NotValid},
		{"1701234567", "XX", NoRegion},
	} {
		got, err := Parse(v.raw, v.region)
		var bad *InvalidError
		if !errors.As(err, &bad) || !errors.Is(err, ErrInvalid) {
			t.Errorf("Parse(%q, %q) = %+v, %v; want %s", v.raw, v.region, got, err, v.want)
			continue
		}
		if bad.Reason != v.want {
			t.Errorf("Parse(%q, %q): %s (%s), want %s", v.raw, v.region, bad.Reason, bad.Detail, v.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"+491701234567", "0170 1234567", "(415) 555-2671", "+٤٩", "００４９", "+52 1 55 1234 5678"} {
		f.Add(s, "DE")
	}
	f.Add("415 555 2671", "US")
	f.Fuzz(func(t *testing.T, raw, region string) {
		n, err := Parse(raw, region)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("Parse(%q, %q): %v is not ErrInvalid", raw, region, err)
			}
			return
		}
		again, err := Parse(string(n.MSISDN), region)
		if err != nil || again != n {
			t.Fatalf("Parse(%q) = %+v, then %+v, %v", raw, n, again, err)
		}
	})
}
