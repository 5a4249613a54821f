package static

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

func ptr[T any](v T) *T { return &v }

var full = hlr.Subscriber{
	Identity: subscriber.Identity{
		IMSI: "001010000000001", ICCID: "8949020000012345678", IMEI: "356938035643809",
		LAC: 0x10e1, CID: 8765, VLR: "491710760000", PLMN: "26201",
	},
	Ported: ptr(true), PortedAt: time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC),
	RecycledAt:   time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC),
	SIMChange:    hlr.ChangedAt(time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC)),
	DeviceChange: hlr.LastChange{NotBefore: time.Date(2026, 1, 16, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2026, 1, 17, 0, 0, 0, 0, time.UTC)},
	LineType:     "mobile", Home: "26202", Roaming: ptr(false), Reachable: ptr(true), CallForwarding: ptr(false),
}

const yamlRecord = `
  imsi: 001010000000001
  iccid: 8949020000012345678
  imei: 356938035643809
  lac: 0x10e1
  cid: 8765
  vlr: 491710760000
  mccmnc: 262-01
  home_mccmnc: "26202"
  ported: yes
  ported_at: 2026-01-15T09:30:00Z
  recycled_at: 2025-11-01
  roaming: false
  reachable: true
  call_forwarding: no
  line_type: mobile
  sim_changed_at: 2026-01-15T09:30:00Z
  device_changed_at: 2026-01-16
`

func TestAllFormsOfAFile(t *testing.T) {
	list := "- msisdn: +49 170 1234567" + strings.ReplaceAll(yamlRecord, "\n", "\n")
	indent := func(s string) string { return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") + "\n" }
	csvLine := "491701234567;001010000000001;8949020000012345678;356938035643809;0x10e1;8765;491710760000;26201;26202;1;2026-01-15T09:30:00Z;2025-11-01;false;true;0;mobile;;2026-01-15T09:30:00Z;2026-01-16"
	csvHead := "msisdn;imsi;iccid;imei;lac;cid;vlr;mccmnc;home_mccmnc;ported;ported_at;recycled_at;roaming;reachable;call_forwarding;line_type;absent;sim_changed_at;device_changed_at"
	tests := []struct {
		name, text string
		csv        bool
	}{
		{"a map", "\"+491701234567\":" + yamlRecord, false},
		{"a map, number not quoted", "491701234567:" + yamlRecord, false},
		{"a list", list, false},
		{"a map below subscribers", "default: not_covered\nsubscribers:\n" + indent("+491701234567:"+yamlRecord), false},
		{"a list below subscribers", "subscribers:\n" + indent(list), false},
		{"semicolons", "# numbers\n" + csvHead + "\n" + csvLine + "\n", true},
		{"commas", strings.ReplaceAll(csvHead+"\r\n"+csvLine+"\r\n", ";", ","), true},
		{"with a byte order mark", "\ufeff" + csvHead + "\n" + csvLine, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := parse([]byte(tt.text), tt.csv)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.records[number1].Subscriber; len(c.records) != 1 || !reflect.DeepEqual(got, full) {
				t.Errorf("%d records, %+v %+v", len(c.records), got, [4]string{got.IMSI, got.ICCID, got.IMEI, got.VLR})
			}
			if c.columns != hlr.FieldAll {
				t.Errorf("columns %v", c.columns)
			}
		})
	}
}

func TestAllErrorsAreReportedWithTheirLines(t *testing.T) {
	tests := []struct {
		name, text string
		csv        bool
		want       []string
	}{
		{"yaml", "\"+491701234567\":\n  imsi: 12\n  lac: x\n\"+491701234568\":\n  ported: perhaps\n\"0170\": {}\n", false,
			[]string{"line 2: imsi: must be 6 to 15 digits", "line 3: lac:", "line 5: ported:", "line 6: msisdn:"}},
		{"yaml twice", "\"+491701234567\": {}\n\"+491701234567\": {}\n", false, []string{"line 2: the number stands in line 1 already"}},
		{"yaml field twice", "\"+491701234567\": {lac: 1, lac: 2}\n", false, []string{"line 1: field \"lac\" stands there twice"}},
		{"yaml scalar", "hello\n", false, []string{"line 1: must be a map"}},
		{"list without number", "- imsi: 262010000000001\n", false, []string{"line 1: the record has no msisdn"}},
		{"nested", "\"+491701234567\": {imsi: [1]}\n", false, []string{"line 1: \"imsi\": must be a single value"}},
		{"two documents", "{}\n---\n{}\n", false, []string{"more than one"}},
		{"csv", "msisdn,line_type\n491701234567,fast\n49170,mobile\n491701234567,voip\nx,voip\n", true,
			[]string{"line 2: line_type: must be one of", "line 4: the number stands in line 2", "line 5: msisdn:"}},
		{"csv column", "msisdn,imsy\n", true, []string{"line 1: unknown field \"imsy\""}},
		{"csv without header", "491701234567,262010000000001\n", true, []string{"line 1: unknown field (a value)", "no column msisdn"}},
		{"csv short line", "msisdn,imsi\n491701234567\n", true, []string{"line 2:"}},
		{"csv dates", "msisdn,ported_at\n491701234567,yesterday\n", true, []string{"line 2: ported_at: must be a time"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse([]byte(tt.text), tt.csv)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in:\n%v", want, err)
				}
			}
		})
	}
	many := strings.Repeat("- imsi: 1\n", 100)
	if _, err := parse([]byte(many), false); strings.Count(err.Error(), "\n") != maxErrors || !strings.Contains(err.Error(), "and 190 more") {
		t.Errorf("a hundred broken records: %v", err)
	}
}

func TestTheShippedExample(t *testing.T) {
	data, err := os.ReadFile("../../configs/subscribers.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := parse(data, false)
	if err != nil || len(c.records) != 6 || c.columns != hlr.FieldAll {
		t.Errorf("%d records with %v: %v", len(c.records), c.columns, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("\"+491701234567\":"+yamlRecord), false)
	f.Add([]byte("msisdn,imsi\n491701234567,262010000000001\n"), true)
	f.Add([]byte("- &a {msisdn: 491701234567}\n- *a\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, csv bool) {
		c, err := parse(data, csv)
		if err != nil {
			return
		}
		for n, r := range c.records {
			if len(n) < 6 || n[0] != '+' || r.IMSI != "" && (len(r.IMSI) < 6 || len(r.IMSI) > 15) {
				t.Errorf("a record of %q was taken", n)
			}
			if told := r.Tells(); told&^c.columns != 0 {
				t.Errorf("%v was told, columns are %v", told, c.columns)
			}
		}
	})
}
