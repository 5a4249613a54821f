package fraud_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
)

// signalCase is facts that fire a signal, with the evidence that they give,
// and facts near them that do not.
type signalCase struct {
	code     string
	fire     edit
	evidence string
	quiet    edit
}

func age(a *fraud.Age, lo, hi time.Duration) { *a = fraud.Age{Changed: true, Min: lo, Max: hi} }

var signalCases = []signalCase{
	{"LINE_VOIP", line(fraud.LineVoIP), "VoIP", line(fraud.LineMobile)},
	{"LINE_PREMIUM", line(fraud.LinePremium), "premium", line(fraud.LineVoIP)},
	{"LINE_FIXED", line(fraud.LineFixed), "fixed", line(fraud.LineFixedOrMobile)},
	{"LINE_TOLL_FREE", line(fraud.LineTollFree), "toll-free", line(fraud.LineUnknown)},
	{"LINE_SHARED_COST", line(fraud.LineSharedCost), "shared-cost", line(fraud.LineTollFree)},
	{"LINE_PAGER", line(fraud.LinePager), "pager", line(fraud.LinePersonal)},
	{"LINE_PERSONAL", line(fraud.LinePersonal), "personal", line(fraud.LinePager)},
	{"LINE_UAN", line(fraud.LineUAN), "access", line(fraud.LineVoicemail)},
	{"LINE_VOICEMAIL", line(fraud.LineVoicemail), "mailbox", line(fraud.LineUAN)},
	{"LINE_DISPOSABLE", func(f *fraud.Facts) {
		f.Number.Disposable, f.Number.DisposableSeen = true, time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	}, "since 2024-06-01", func(f *fraud.Facts) { f.Number.DisposableSeen = time.Unix(1, 0) }},
	{"LINE_UNALLOCATED", func(f *fraud.Facts) { f.Number.Unallocated = true }, "not a number", line(fraud.LineUnknown)},
	{"REGION_UNSUPPORTED", region, "region DE", carrier},
	{"CARRIER_UNSUPPORTED", func(f *fraud.Facts) { f.Number.CarrierAllowed, f.Number.PLMN = false, "26203" }, "network 26203", region},
	{"MVNO_UNSUPPORTED", mvno, "virtual network", carrier},
	{"ROAMING", roams, "roaming", func(f *fraud.Facts) { f.Lookup.Roaming = fraud.Unknown }},
	{"SIM_IMSI_CHANGED", func(f *fraud.Facts) { age(&f.SIM.IMSI, 2*time.Hour, 26*time.Hour) }, "between 2h and 1d 2h ago", imsi(11 * day)},
	{"SIM_IMSI_CHANGED", func(f *fraud.Facts) { imsi(9 * day)(f); age(&f.SIM.Dated, time.Hour, time.Hour) }, "the network dates a change of the SIM 1h ago", func(f *fraud.Facts) { age(&f.SIM.Dated, 11*day, 11*day) }},
	{"SIM_IMSI_CHANGED", func(f *fraud.Facts) { imsi(time.Hour)(f); age(&f.SIM.Dated, day, day) }, "SIM (IMSI) changed", func(f *fraud.Facts) { age(&f.Device.Dated, 1, 1) }},
	{"SIM_ICCID_CHANGED", func(f *fraud.Facts) { age(&f.SIM.ICCID, 0, 26*time.Hour) }, "within the last 1d 2h", iccid(11 * day)},
	{"TENANT_IMSI_CHANGED", func(f *fraud.Facts) { age(&f.SIM.TenantIMSI, time.Minute, time.Minute) }, "1m ago", imsi(0)},
	{"TENANT_ICCID_CHANGED", claim, "app reads it", iccid(0)},
	{"TENANT_IMEI_CHANGED", func(f *fraud.Facts) { age(&f.Device.TenantIMEI, 0, time.Hour) }, "app reads it", func(f *fraud.Facts) { age(&f.Device.IMEI, 0, 1) }},
	{"DEVICE_IMEI_CHANGED", func(f *fraud.Facts) { age(&f.Device.IMEI, 0, time.Hour) }, "same SIM", func(f *fraud.Facts) { age(&f.Device.IMEI, 11*day, 12*day) }},
	{"DEVICE_IMEI_CHANGED", func(f *fraud.Facts) { age(&f.Device.Dated, time.Hour, time.Hour); age(&f.SIM.Dated, 1, 1) }, "dates a change of the handset 1h ago, and the SIM as well", func(f *fraud.Facts) { age(&f.Device.Dated, 11*day, 12*day) }},
	{"SUBSCRIBER_VANISHED", vanished, "no longer knows", func(f *fraud.Facts) { f.SIM.VanishedNew = true }},
	{"SUBSCRIBER_ABSENT", func(f *fraud.Facts) { f.Lookup.Absent = true }, "does not know", vanished},
	{"RECYCLED", func(f *fraud.Facts) { age(&f.SIM.Recycled, 3*day, 3*day) }, "3d ago", func(f *fraud.Facts) { age(&f.SIM.Recycled, 366*day, 366*day) }},
	{"PORTED_RECENT", ported(90 * time.Minute), "1h 30m ago", func(f *fraud.Facts) { f.Porting = fraud.Porting{Ported: true} }},
	{"LOCATION_JUMP", jump, "suddenly", moved},
	{"LOCATION_CHANGED", moved, "LAC/CID", func(f *fraud.Facts) { age(&f.Location.Cell, 2*day, 3*day) }},
	{"NETWORK_CHANGED", func(f *fraud.Facts) { age(&f.Location.Network, 0, time.Hour) }, "network changed", moved},
	{"CALL_FORWARDING", func(f *fraud.Facts) { f.Location.CallForwarding = true }, "forwarding", roams},
	{"UNREACHABLE", func(f *fraud.Facts) { f.Location.Unreachable = true }, "switched off", func(f *fraud.Facts) { f.Lookup.Reach = fraud.Unknown }},
	{"VELOCITY_NUMBER", func(f *fraud.Facts) { f.Velocity.Number10m = 7 }, "7 sends", func(f *fraud.Facts) { f.Velocity.Number10m = 5 }},
	{"VELOCITY_NUMBER_DAY", func(f *fraud.Facts) { f.Velocity.NumberDay = 41 }, "41 sends", func(f *fraud.Facts) { f.Velocity.NumberDay = 4 }},
	{"VELOCITY_IP", func(f *fraud.Facts) { f.Velocity.IPMinute = 12 }, "12 sends", func(f *fraud.Facts) { f.Velocity.IPMinute = 6 }},
	{"VELOCITY_NET", func(f *fraud.Facts) { f.Velocity.NetMinute = 50 }, "50 sends", func(f *fraud.Facts) { f.Velocity.NetMinute = 30 }},
	{"FANOUT_IP", func(f *fraud.Facts) { f.Velocity.IPNumbers = 9 }, "9 different", func(f *fraud.Facts) { f.Velocity.IPNumbers = 6 }},
	{"FANOUT_NET", func(f *fraud.Facts) { f.Velocity.NetNumbers = 99 }, "99 different", func(f *fraud.Facts) { f.Velocity.NetNumbers = 30 }},
	{"FANOUT_DEVICE", func(f *fraud.Facts) { f.Velocity.DeviceNumbers = 4 }, "4 different", func(f *fraud.Facts) { f.Velocity.DeviceNumbers = 1 }},
	{"FANOUT_RANGE", func(f *fraud.Facts) { f.Velocity.IPRange = 5 }, "5 different numbers of range +491701234", func(f *fraud.Facts) { f.Velocity.IPRange = 2 }},
	{"RANGE_BURST", func(f *fraud.Facts) { f.Velocity.RangeMinute = 25 }, "25 numbers of range", func(f *fraud.Facts) { f.Velocity.RangeMinute, f.Velocity.RangeBaseline = 25, 24 }},
	{"RANGE_BURST", func(f *fraud.Facts) {
		f.Velocity.RangeMinute, f.Velocity.RangeAnswered, f.Velocity.Outcomes.Staged = 25, 24, 5
	}, "24 codes typed in", func(f *fraud.Facts) { f.Velocity.RangeMinute, f.Velocity.RangeAnswered = 25, 24 }},
	{"SEQUENTIAL", func(f *fraud.Facts) { f.Velocity.SequentialRun = 4 }, "run of 4", func(f *fraud.Facts) { f.Velocity.SequentialRun = 3 }},
	{"LOW_ENTROPY", func(f *fraud.Facts) { f.Velocity.Concentration = 0.8 }, "0.80", func(f *fraud.Facts) { f.Velocity.Concentration = 0.5 }},
	{"COUNTRY_MISMATCH", func(f *fraud.Facts) { f.Client.Country = "FR" }, "in FR", func(f *fraud.Facts) { f.Client.Country = "FR"; f.Location.Roaming = true }},
	{"COUNTRY_MISMATCH", func(f *fraud.Facts) { f.Client.Country = "FR" }, "the number in DE", func(f *fraud.Facts) { f.Client.Country, f.Number.Region = "RE", "FR" }},
	{"SERVED_ELSEWHERE", func(f *fraud.Facts) { f.Client.Country, f.Location.Country = "DE", "RU" }, "a network of RU", func(f *fraud.Facts) {
		f.Client.Country, f.Location.Country, f.Client.Datacentre = "DE", "RU", true
	}},
	{"SERVED_ELSEWHERE", func(f *fraud.Facts) { f.Client.Country, f.Location.Country = "RE", "RU" }, "IP is in RE", func(f *fraud.Facts) { f.Client.Country, f.Location.Country = "GB", "JE" }},
	{"LINE_DEAR", func(f *fraud.Facts) { f.Number.Dear = "satellite: Iridium" }, "Iridium", line(fraud.LineVoIP)},
	{"DATACENTRE", func(f *fraud.Facts) { f.Client.Datacentre, f.Client.ASN = true, 64500 }, "AS64500", func(f *fraud.Facts) { f.Client.ASN = 64500 }},
	{"TOR", func(f *fraud.Facts) { f.Client.Tor = true }, "Tor", func(f *fraud.Facts) { f.Client.Datacentre = true }},
	{"PROVIDER_UNAVAILABLE", down, "not known", vanished},
	{"SOURCES_DISAGREE", func(f *fraud.Facts) { f.Lookup.Disputed = "imsi,ported" }, "on imsi,ported", down},
	{"DATA_MISSING", func(f *fraud.Facts) { f.Lookup.Porting, f.Lookup.Roaming = fraud.Unknown, fraud.Unknown }, "porting, roaming", func(f *fraud.Facts) { f.Lookup.Reach = fraud.Unknown }},
	{"RANGE_CROWDED", func(f *fraud.Facts) { f.Velocity.Crowd, f.Velocity.CrowdDigits = 20, 3 }, "a range of a thousand numbers", func(f *fraud.Facts) {
		f.Velocity.Crowd, f.Velocity.IPRange, f.Velocity.Outcomes.RangeApproved = 20, 4, 3
	}},
	{"RANGE_OPEN", func(f *fraud.Facts) { f.Velocity.CrowdOpen, f.Velocity.CrowdDigits = 20, 3 }, "codes are open", func(f *fraud.Facts) { f.Velocity.Crowd = 20 }},
	{"RANGE_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Range, f.Velocity.Outcomes.RangeDigits = 9.5, 4 }, "ten thousand numbers are not typed in (9.5 nats)", func(f *fraud.Facts) { f.Velocity.Outcomes.RangeAll = 9 }},
	{"RANGE_CONVERSION_ALL", func(f *fraud.Facts) { f.Velocity.Outcomes.RangeAll = 9 }, "of all tenants", func(f *fraud.Facts) { f.Velocity.Outcomes.Range = 9 }},
	{"RANGE_VERIFIED", func(f *fraud.Facts) { f.Velocity.Outcomes.RangeApproved = 8 }, "8 codes", func(f *fraud.Facts) { f.Velocity.Outcomes.RangeApproved, f.Velocity.Outcomes.RangeMissing = 8, 1 }},
	{"SOURCE_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Device = 8 }, "device (8.0 nats)", func(f *fraud.Facts) { f.Velocity.Outcomes.Net = 8 }},
	{"NET_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Net = 8 }, "this network", func(f *fraud.Facts) { f.Velocity.Outcomes.Address = 8 }},
	{"SYSTEM_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.System = 0.8 }, "80 % of the approvals expected of clients in this autonomous system", func(f *fraud.Facts) { f.Velocity.Outcomes.System = 0.1 }},
	{"CLIENT_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Client = 0.8 }, "TLS fingerprint", func(f *fraud.Facts) { f.Velocity.Outcomes.Client = 0.1 }},
	{"AGENT_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Agent = 0.8 }, "User-Agent", func(f *fraud.Facts) { f.Velocity.Outcomes.Agent = 0.1 }},
	{"TENANT_NETWORK_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Own = 0.8 }, "to this network are missing", func(f *fraud.Facts) { f.Velocity.Outcomes.Own, f.Velocity.Outcomes.Outage = 0.8, true }},
	{"COUNTRY_SUSPECTED", func(f *fraud.Facts) { f.Velocity.Suspects.Country = 0.5 }, "50 % of the latest newcomers to this country", func(f *fraud.Facts) { f.Velocity.Suspects.Country, f.History.Verified = 0.5, 1 }},
	{"COUNTRY_SUSPECTED", func(f *fraud.Facts) { f.Velocity.Suspects.Country = 0.5 }, "looked suspect", func(f *fraud.Facts) { f.Velocity.Suspects.Country, f.Velocity.Outcomes.Outage = 0.5, true }},
	{"CLASS_SUSPECTED", func(f *fraud.Facts) { f.Velocity.Suspects.Class = 0.3 }, "30 % of the latest newcomers that look like this one", func(f *fraud.Facts) { f.Velocity.Suspects.Class, f.Velocity.Outcomes.RangeApproved = 0.3, 20 }},
	{"NUMBER_DEVICES", func(f *fraud.Facts) { f.Velocity.NumberDevices = 4 }, "4 devices", func(f *fraud.Facts) { f.Velocity.NumberDevices = 1 }},
	{"COUNTRY_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Country = 0.8 }, "this country", func(f *fraud.Facts) { f.Velocity.Outcomes.Country = 0.1 }},
	{"NETWORK_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Network = 0.8 }, "this network", func(f *fraud.Facts) { f.Velocity.Outcomes.Network = 0.1 }},
	{"FAKE_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Staged = 6 }, "in this range look staged (6.0 nats)", func(f *fraud.Facts) { f.Velocity.Outcomes.StagedSource = 6 }},
	{"FAKE_CONVERSION_SOURCE", func(f *fraud.Facts) { f.Velocity.Outcomes.StagedSource = 6 }, "address or device look staged", func(f *fraud.Facts) { f.Velocity.Outcomes.Staged = 6 }},
	{"CLASS_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Class = 0.8 }, "look like this one are missing", func(f *fraud.Facts) { f.Velocity.Outcomes.Class = 0.1 }},
	{"COUNTRY_SURGE", func(f *fraud.Facts) { f.Velocity.CountryExcess = 0.9 }, "90 % of the latest sends to this country", func(f *fraud.Facts) { f.Velocity.CountryExcess = 0.1 }},
	{"CLASS_SURGE", func(f *fraud.Facts) { f.Velocity.ClassExcess = 0.9 }, "90 % of the latest sends that look", func(f *fraud.Facts) { f.Velocity.ClassExcess = 0.1 }},
	{"UNDELIVERED_BURST", func(f *fraud.Facts) { f.Velocity.Outcomes.Undelivered, f.Velocity.Outcomes.UndeliveredDigits = 12, 3 }, "a range of a thousand numbers are not delivered while others are (12.0 nats)", func(f *fraud.Facts) {
		f.Velocity.Outcomes.Undelivered, f.Velocity.Outcomes.Outage = 12, true
	}},
	{"ROUTE_CONVERSION", func(f *fraud.Facts) { f.Velocity.Outcomes.Route = 0.7 }, "70 % of the approvals expected over the usual carrier", func(f *fraud.Facts) { f.Velocity.Outcomes.Network = 0.7 }},
	{"CONVERSION_TOO_GOOD", func(f *fraud.Facts) { f.Velocity.Outcomes.Complete = 5 }, "more completely than is usual (5.0 nats)", func(f *fraud.Facts) {
		f.Velocity.Outcomes.Complete, f.History.Verified = 5, 1
	}},
	{"FANOUT_ASN", func(f *fraud.Facts) { f.Velocity.SystemExcess, f.Client.ASN = 0.8, 64500 }, "80 % of the latest newcomers from AS64500", func(f *fraud.Facts) { f.Velocity.SystemExcess, f.History.Verified = 0.8, 1 }},
	{"FANOUT_JA4", func(f *fraud.Facts) { f.Velocity.ClientExcess = 0.8 }, "80 % of the latest newcomers with this TLS fingerprint", func(f *fraud.Facts) { f.Velocity.ClientExcess = 0.3 }},
	{"CROWD_ANSWERED", func(f *fraud.Facts) { f.Velocity.CrowdAnswered, f.Velocity.Crowd = 12, 1 }, "(12.0 nats)", func(f *fraud.Facts) { f.Velocity.CrowdAnswered, f.Velocity.Crowd = 12, 6 }},
	{"CROWD_ANSWERED", func(f *fraud.Facts) { f.Velocity.CrowdAnswered = 12 }, "who type their codes in crowd in one range (12.0 nats)", func(f *fraud.Facts) {
		f.Velocity.CrowdAnswered, f.Velocity.IPRange, f.Velocity.Outcomes.RangeApproved = 12, 4, 3
	}},
	{"WRONG_CODES_DAY", func(f *fraud.Facts) { f.Velocity.WrongDay = 12 }, "12 wrong codes in a day", func(f *fraud.Facts) { f.Velocity.WrongDay = 1 }},
	{"WRONG_CODES", func(f *fraud.Facts) { f.Velocity.Wrong = 7 }, "7 wrong codes", func(f *fraud.Facts) { f.Velocity.Wrong = 1 }},
	{"ACCOUNT_NUMBERS", func(f *fraud.Facts) { f.Velocity.AccountNumbers = 9 }, "9 different numbers", func(f *fraud.Facts) { f.Velocity.NumberAccounts = 9 }},
	{"NUMBER_ACCOUNTS", func(f *fraud.Facts) { f.Velocity.NumberAccounts = 9 }, "9 accounts", func(f *fraud.Facts) { f.Velocity.AccountNumbers = 9 }},
	{"NEW_DEVICE", func(f *fraud.Facts) { trusted(f); f.History.SameDevice, f.Client.HasDevice = false, true }, "another device", func(f *fraud.Facts) { trusted(f); f.Client.HasDevice = true }},
	{"NEW_DEVICE", func(f *fraud.Facts) { f.Velocity.Account.OtherDevice = true }, "another device", func(f *fraud.Facts) { f.Client.HasDevice = true }},
	{"ODD_SURGE", func(f *fraud.Facts) { f.Velocity.ClassExcess, f.Velocity.Account.OtherDevice = 0.7, true }, "70 %", func(f *fraud.Facts) { f.Velocity.ClassExcess = 0.7 }},
	{"ODD_SURGE", func(f *fraud.Facts) { f.Velocity.ClassExcess, f.Number.LineType = 0.7, fraud.LineVoIP }, "70 %", func(f *fraud.Facts) { f.Number.LineType = fraud.LineVoIP }},
	{"NEW_SYSTEM", func(f *fraud.Facts) { f.Velocity.Account.OtherSystem, f.Velocity.Account.OtherNet = true, true }, "another network", func(f *fraud.Facts) { f.Velocity.Account.OtherNet = true }},
	{"NEW_DEVICE_ELSEWHERE", func(f *fraud.Facts) {
		f.Velocity.Account = fraud.Account{OtherDevice: true, OtherSystem: true, OtherNet: true}
	}, "in another network", func(f *fraud.Facts) { f.Velocity.Account = fraud.Account{OtherDevice: true} }},
	{"SIM_CHANGED_SOME_TIME", func(f *fraud.Facts) { age(&f.SIM.IMSI, 0, 9*day) }, "within 9d", imsi(0)},
	{"SIM_AND_DEVICE_CHANGED", func(f *fraud.Facts) { imsi(0)(f); f.Velocity.Account.OtherDevice = true }, "both others", imsi(0)},
	{"NEWCOMER", func(*fraud.Facts) {}, "not verified", func(f *fraud.Facts) { f.Velocity.Account.Approved = 1 }},
	{"NEWCOMER", claim, "not verified", trusted},
	{"VERIFIED_BEFORE", trusted, "verified 3 times", func(f *fraud.Facts) { f.History.SameDevice = true }},
	{"KNOWN_ACCOUNT", func(f *fraud.Facts) {
		f.Velocity.Account = fraud.Account{Approved: 2, SameDevice: true, SameNumber: true}
	}, "verified 2 times", func(f *fraud.Facts) { f.Velocity.Account = fraud.Account{Approved: 2, SameDevice: true} }},
	{"TRUSTED_HISTORY", trusted, "verified 3 times", func(f *fraud.Facts) { trusted(f); f.History.SameDevice = false }},
	{"ASSURANCE", proof(time.Minute), "1m ago", proof(11 * time.Minute)},
	{"LISTED_SAFE", func(f *fraud.Facts) {
		f.Listed.Safe = fraud.Listing{Kind: "account", List: "staff", Reason: "ours", Source: "noc", Age: time.Hour, Left: 2 * day}
	}, "its account on list staff: ours (noc), added 1h ago, for 2d more", listedBlocked},
	{"LISTED_BLOCKED", listedBlocked, "blocked by its prefix on list abuse", func(f *fraud.Facts) { f.Listed.Safe.Kind = "number" }},
	{"RANGE_BLOCKED", func(f *fraud.Facts) {
		f.RangeBlock = fraud.RangeBlock{Active: true, Range: "+491701234", Times: 3, Left: time.Hour, Reason: "RANGE_BURST"}
	}, "range +491701234 is blocked for 1h more, the 3rd time of late, for RANGE_BURST", func(f *fraud.Facts) { f.RangeBlock.Times = 3 }},
	{"SPEND_NEAR", spent(0.9), "spend cap de: 90 % of the day", spent(0.8)},
	{"SPEND_CAP", spent(1.01), "101 %", spent(1)},
}

func listedBlocked(f *fraud.Facts) { f.Listed.Blocked = fraud.Listing{Kind: "prefix", List: "abuse"} }

func spent(share float64) edit {
	return func(f *fraud.Facts) { f.Spend = fraud.Spend{Cap: "de", Window: "day", Used: share} }
}

func reason(d fraud.Decision, code string) (fraud.Reason, bool) {
	i := slices.IndexFunc(d.Reasons, func(r fraud.Reason) bool { return r.Code == code })
	if i < 0 {
		return fraud.Reason{}, false
	}
	return d.Reasons[i], true
}

func TestSignals(t *testing.T) {
	p := shipped(t, "default")
	for _, c := range signalCases {
		f := clean("login")
		c.fire(&f)
		if r, ok := reason(p.Decide(&f), c.code); !ok || !strings.Contains(r.Evidence, c.evidence) {
			t.Errorf("%s: %+v, %v; want evidence with %q", c.code, r, ok, c.evidence)
		}
		f = clean("login")
		c.quiet(&f)
		if r, ok := reason(p.Decide(&f), c.code); ok {
			t.Errorf("%s fired where it should not: %+v", c.code, r)
		}
	}
}

func TestEverySignalIsTestedAndShipped(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range signalCases {
		tested[c.code] = true
	}
	if len(fraud.Signals()) > 128 {
		t.Error("a set of signals holds 128")
	}
	for _, s := range fraud.Signals() {
		if !tested[s.Code] || s.Description == "" || s.Group == "" {
			t.Errorf("%+v: no case, description or group", s)
		}
		for _, name := range []string{"default", "strict", "observe"} {
			if !strings.Contains(string(policyText(t, name)), "\n  "+s.Code+": {") {
				t.Errorf("policy %s does not list %s", name, s.Code)
			}
		}
	}
}

func TestPointsFollowAgeAndCount(t *testing.T) {
	p := shipped(t, "default")
	for _, c := range []struct {
		code string
		edit edit
		want float64
	}{
		{"SIM_IMSI_CHANGED", imsi(time.Hour), 80},
		{"SIM_IMSI_CHANGED", imsi(24 * time.Hour), 10},
		{"SIM_IMSI_CHANGED", imsi(24*time.Hour + 1), 5},
		{"SIM_IMSI_CHANGED", imsi(72*time.Hour + 1), 2},
		{"PORTED_RECENT", ported(day), 28},
		{"PORTED_RECENT", ported(4 * day), 5},
		{"PORTED_RECENT", ported(30 * day), 2},
		{"VELOCITY_NUMBER", func(f *fraud.Facts) { f.Velocity.Number10m = 11.5 }, 220},
		{"VELOCITY_NUMBER", func(f *fraud.Facts) { f.Velocity.Number10m = 100 }, 350},
		{"DEVICE_IMEI_CHANGED", func(f *fraud.Facts) { age(&f.Device.IMEI, 0, 1) }, 2},
		{"SOURCES_DISAGREE", func(f *fraud.Facts) { f.Lookup.Disputed = "imsi,ported" }, 60},
		{"DATA_MISSING", func(f *fraud.Facts) { f.Lookup.Identity, f.Lookup.Porting = fraud.Unknown, fraud.Unknown }, 120},
	} {
		f := clean("login")
		c.edit(&f)
		if r, _ := reason(p.Decide(&f), c.code); r.Points != c.want {
			t.Errorf("%s gives %g, want %g", c.code, r.Points, c.want)
		}
	}
}

// The age of a change is judged by how fresh it can be, and both ends show.
func TestAgeIsAnInterval(t *testing.T) {
	f := clean("withdrawal")
	age(&f.SIM.IMSI, 2*day, 60*day)
	d := shipped(t, "default").Decide(&f)
	if r, _ := reason(d, "SIM_IMSI_CHANGED"); !d.Freeze || !strings.Contains(r.Evidence, "between 2d and 60d ago") {
		t.Errorf("%+v: a change that can be two days old freezes a withdrawal", d)
	}
}
