package numbering

import (
	"math/rand/v2"
	"os/exec"
	"testing"

	"tollgate/fraud/numbering/internal/compile"
	"tollgate/hlr/subscriber"
)

// The committed table is what go generate makes of the module in go.mod and of
// the lists of networks.
func TestTableIsFresh(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command: cannot find the module's carriers to generate the table again")
	}
	in, err := compile.Find("data")
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := compile.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if string(fresh.Append(nil)) != tableFile {
		t.Error("data/numbers.bin is out of date: run go generate ./fraud/numbering, and commit it")
	}
}

// Less than a megabyte, in the file and in memory.
func TestTableSize(t *testing.T) {
	size := plans.Size()
	t.Logf("%d nodes, %d carrier nodes: %d octets embedded, %d beside it", len(plans.Nodes), len(plans.CarrierNodes), len(tableFile), size)
	if len(tableFile)+size > 2<<20 {
		t.Errorf("%d octets: the design has room for 24 MB of all data sets together", len(tableFile)+size)
	}
}

func TestClassify(t *testing.T) {
	for _, v := range []struct {
		n    subscriber.MSISDN
		want Number
	}{
		{"+491701234567", Number{Region: "DE", CallingCode: 49, LineType: "mobile", Carrier: "T-Mobile"}},
		{"+4930123456", Number{Region: "DE", CallingCode: 49, LineType: "fixed"}},
		{"+390669812345", Number{Region: "VA", CallingCode: 39, LineType: "fixed"}},
		{"+80012345678", Number{Region: "001", CallingCode: 800, LineType: "toll_free"}},
	} {
		got, ok := Classify(v.n)
		v.want.MSISDN, v.want.PLMN = v.n, got.PLMN
		if !ok || got != v.want {
			t.Errorf("Classify(%s) = %+v, %v; want %+v", v.n, got, ok, v.want)
		}
	}
	for _, n := range []subscriber.MSISDN{
		"", "+", "491701234567", "++491701234567", "+49170123456a", "+4917", "+4901701234567", "+999123456789", "+0", "+15555555555",
		"+491701234567 ", "+49170123456700000000000000000000",
	} {
		if got, ok := Classify(n); ok || got != (Number{}) {
			t.Errorf("Classify(%q) = %+v", n, got)
		}
	}
}

func TestClassifyNetwork(t *testing.T) {
	for n, want := range map[subscriber.MSISDN]subscriber.PLMN{
		"+491701234567":  "26201", // T-Mobile, of which the list knows a later name
		"+4915112345678": "26201",
		"+447400123456":  "23420", // Three
		"+447797712345":  "23450", // JT, in Jersey
		"+8613912345678": "46000", // China Mobile
		"+919810012345":  "",      // Airtel, which has a network for each circle
		"+4930123456":    "",      // a fixed line
	} {
		if got, ok := Classify(n); !ok || got.PLMN != want {
			t.Errorf("Classify(%s) = %+v, %v; want network %q", n, got, ok, want)
		}
	}
}

func TestClassifyAllocatesNothing(t *testing.T) {
	n := subscriber.MSISDN("+491701234567")
	if got := testing.AllocsPerRun(100, func() { Classify(n) }); got != 0 {
		t.Errorf("Classify allocates %v times", got)
	}
}

// FuzzClassify holds the table against the library on any digits, as E.164 and
// as dialled in a region.
func FuzzClassify(f *testing.F) {
	for _, s := range []string{"491701234567", "14155552671", "390669812345", "3758100849229", "5491123456789", "80012345678"} {
		f.Add(s, "")
	}
	f.Add("01701234567", "DE")
	f.Add("0111523456789", "AR")
	f.Fuzz(func(t *testing.T, digits, region string) {
		if len(digits) == 0 || len(digits) > maxDigits {
			return
		}
		for _, c := range []byte(digits) {
			if c < '0' || c > '9' {
				return
			}
		}
		var l library
		want, valid := l.classify(digits)
		got, ok := Classify(subscriber.MSISDN("+" + digits))
		got.PLMN = ""
		if ok != valid || got != want {
			t.Errorf("Classify(+%s) = %+v, %v; the library says %+v, %v", digits, got, ok, want, valid)
		}
		wantParsed, refused := l.parse(digits, region)
		r := reading{digits: digits, region: region}
		parsed, err := r.number()
		parsed.PLMN = ""
		if parsed != wantParsed || !sameRefusal(err, refused) {
			t.Errorf("%s in %q: %+v, %v; the library says %+v, %v", digits, region, parsed, err, wantParsed, refused)
		}
	})
}

// Every network is well-formed; how many are known is logged.
func TestNetworksOfCarriers(t *testing.T) {
	o, rng := newOrigin(t), rand.New(rand.NewPCG(1, 1))
	mobiles, carriers, networks := 0, 0, 0
	for range 200_000 {
		n, ok := Classify(subscriber.MSISDN(o.number(rng, []byte("+"))))
		if !ok || !mobile(n.LineType) {
			if n.PLMN != "" {
				t.Errorf("%s is no mobile number and has network %s", n.MSISDN, n.PLMN)
			}
			continue
		}
		mobiles++
		if n.Carrier != "" {
			carriers++
		}
		if n.PLMN != "" {
			networks++
		}
		if l := len(n.PLMN); l != 0 && l != 5 && l != 6 || n.PLMN != "" && (n.Carrier == "" || n.PLMN.MCC() < "200") {
			t.Fatalf("%s: carrier %q, network %q", n.MSISDN, n.Carrier, n.PLMN)
		}
	}
	t.Logf("%d mobile numbers of all regions: %d have a carrier, %d a network", mobiles, carriers, networks)
	if networks*3 < carriers {
		t.Errorf("only %d of %d carriers have a network", networks, carriers)
	}
}
