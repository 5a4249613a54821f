package numbering

import (
	"strings"
	"testing"
	"time"

	"tollgate/fraud/internal/flat"
	"tollgate/hlr/subscriber"
)

func TestShippedDisposable(t *testing.T) {
	h, parts, err := flat.Read(disposableFile, "disposable 1", 1)
	if err != nil || h.SHA256 != flat.Sum(parts) {
		t.Fatalf("the list is not what its header says: %v", err)
	}
	d, err := ShippedDisposable()
	if err != nil {
		t.Fatal(err)
	}
	if d.Len() < 90_000 || d.Source().Version == "" || d.Source().Licence != "MIT" || d.Source().Date == "" {
		t.Errorf("%d numbers from %+v", d.Len(), d.Source())
	}
	for i := 1; i < d.shipped.len(); i++ {
		if d.shipped.word(i)>>shippedDayBits <= d.shipped.word(i-1)>>shippedDayBits {
			t.Fatalf("number %d does not follow", i)
		}
	}
	if at, ok := d.Find("+12013514000"); !ok || at.Format(time.DateOnly) != "2024-06-05" {
		t.Errorf("an entry of the list: %v, %v", at, ok)
	}
	if _, ok := d.Find("+4915112345678"); ok {
		t.Error("a number that is not in the list")
	}
	own, err := LoadDisposable(strings.NewReader("+4915112345678,2026-10-01\n+12013514000,2026-11-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	both := d.With(own)
	if at, ok := both.Find("+12013514000"); !ok || at.Year() != 2026 || both.Len() != d.Len()+2 {
		t.Errorf("the operator's entry counts: %v %v", at, ok)
	}
	if _, ok := d.Find("+4915112345678"); ok {
		t.Error("the shipped list was changed")
	}
}

func TestNetworks(t *testing.T) {
	for _, v := range []struct {
		plmn    subscriber.PLMN
		country string
		word    string
		mvno    bool
	}{
		{"26201", "DE", "Telekom", false}, {"310260", "US", "T-Mobile", false}, {"23415", "GB", "Vodafone", false},
		{"23208", "AT", "Lycamobile", true}, {"45005", "KR", "SKT", false},
	} {
		n, ok := NetworkOf(v.plmn)
		if !ok || n.Country != v.country || !strings.Contains(n.Brand+n.Operator, v.word) || n.MVNO != v.mvno || n.Name() == "" {
			t.Errorf("%s: %+v", v.plmn, n)
		}
		if got := CountryOfMCC(v.plmn.MCC()); got != v.country {
			t.Errorf("MCC %s is of %q", v.plmn.MCC(), got)
		}
	}
	if _, ok := NetworkOf("99898"); ok || CountryOfMCC("901") != "" || CountryOfMCC("") != "" {
		t.Error("what nobody has is of nobody")
	}
	if NetworkSource() != "mcc-mnc-list 1.1.11" {
		t.Errorf("the source is %q", NetworkSource())
	}
	if n := len(networks().list); n < 2500 {
		t.Errorf("%d networks", n)
	}
}

func TestDear(t *testing.T) {
	d, err := ShippedDear()
	if err != nil || d.Len() < 10 {
		t.Fatal(d.Len(), err)
	}
	for n, want := range map[subscriber.MSISDN]string{
		"+881612345678": "Iridium", "+97912345678": "premium", "+870773123456": "Inmarsat", "+4915112345678": "", "": "",
	} {
		if got := d.Find(n); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", n, got, want)
		}
	}
	own, err := LoadDear(strings.NewReader("# ours\n+25290\tSomali premium\n"))
	if err != nil {
		t.Fatal(err)
	}
	if both := d.With(own); both.Find("+252901234567") == "" || both.Find("+881612345678") == "" || d.Find("+252901234567") != "" {
		t.Error("an operator's list stands beside the shipped one")
	}
	if _, err := LoadDear(strings.NewReader("12\tgood\nx\tbad\n123\n")); err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("bad lines: %v", err)
	}
}

func BenchmarkLists(b *testing.B) {
	d, _ := ShippedDisposable()
	dear, _ := ShippedDear()
	b.ReportAllocs()
	for b.Loop() {
		d.Find("+4915112345678")
		dear.Find("+4915112345678")
		NetworkOf("26201")
	}
}
