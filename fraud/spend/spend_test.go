package spend

import (
	"testing"
	"time"

	"tollgate/fraud"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const euro = Money(1_000_000)

func book() *Book {
	return New(Config{
		Prices: []Price{{"", euro / 10}, {"DE", euro / 20}, {"+882", 3 * euro}, {"+88216", 5 * euro}},
		Caps: []Cap{
			{Name: "de", Tenant: "shop", Destination: "DE", Hour: euro, Day: 3 * euro},
			{Name: "satellite", Destination: "+882", Day: 10 * euro},
			{Name: "tenants", Tenant: Each, Day: 50 * euro},
			{Name: "countries", Destination: Each, Hour: 40 * euro},
		},
	})
}

func german(at time.Time, tenant string) *Send {
	return &Send{At: at, Tenant: tenant, Region: "DE", To: "+491701234567", Segments: 1}
}

func TestCost(t *testing.T) {
	b := book()
	for _, c := range []struct {
		s    Send
		want Money
	}{
		{Send{Region: "DE", To: "+49170", Segments: 2}, euro / 10},
		{Send{Region: "FR", To: "+3361"}, euro / 10},
		{Send{Region: "001", To: "+8821234"}, 3 * euro},
		{Send{Region: "001", To: "+8821634"}, 5 * euro},
	} {
		if got := b.cost(&c.s); got != c.want {
			t.Errorf("%+v costs %d, want %d", c.s, got, c.want)
		}
	}
}

func TestCapFillsAndSlides(t *testing.T) {
	b := book()
	for i := range 20 { // 20 sends of 5 cent are one euro
		f := b.Facts(german(start, "shop"))
		if want := float64(i+1) / 20; f.Cap != "de" || f.Window != "hour" || f.Used != want {
			t.Fatalf("send %d: %+v, want %g of de's hour", i, f, want)
		}
		b.Add(german(start, "shop"))
	}
	if f := b.Facts(german(start, "shop")); !(f.Used > 1) {
		t.Errorf("a cap that is used up: %+v", f)
	}
	if f := b.Facts(german(start, "acme")); f.Cap == "de" {
		t.Errorf("shop's cap holds acme: %+v", f)
	}
	if f := b.Facts(german(start.Add(55*time.Minute), "shop")); !(f.Used > 1) {
		t.Errorf("within the hour: %+v", f)
	}
	later := start.Add(65 * time.Minute)
	if f := b.Facts(german(later, "shop")); f.Window != "day" || f.Used != 1.05/3 {
		t.Errorf("past the hour: %+v", f)
	}
	if f := b.Facts(german(start.Add(25*time.Hour), "shop")); f.Used != 0.05 {
		t.Errorf("past the day: %+v", f)
	}
}

func TestEachCountsApart(t *testing.T) {
	b := book()
	satellite := func(tenant string) *Send {
		return &Send{At: start, Tenant: tenant, Region: "001", To: "+8821234567", Segments: 1}
	}
	for range 3 {
		b.Add(satellite("shop"))
	}
	if f := b.Facts(satellite("acme")); f.Cap != "satellite" || f.Used != 1.2 {
		t.Errorf("all tenants share the cap of a prefix: %+v", f)
	}
	used := map[string]Money{}
	for _, u := range b.Used(start) {
		used[u.Cap+"/"+u.Tenant+"/"+u.Destination] = u.Day
	}
	want := map[string]Money{"satellite//+882": 9 * euro, "tenants/shop/": 9 * euro, "countries//001": 9 * euro}
	if len(used) != len(want) {
		t.Errorf("%v, want %v", used, want)
	}
	for k, m := range want {
		if used[k] != m {
			t.Errorf("%s: %d, want %d", k, used[k], m)
		}
	}
}

func TestNoCapsNoFacts(t *testing.T) {
	b := New(Config{Prices: []Price{{"", euro}}})
	if f := b.Facts(german(start, "shop")); f != (fraud.Spend{}) || !b.Idle() {
		t.Errorf("%+v", f)
	}
}

// A restart and a reload forget nothing that was counted.
func TestKept(t *testing.T) {
	b := book()
	for range 10 {
		b.Add(german(start, "shop"))
	}
	again := New(Config{})
	again.Restore(b.Snapshot(start.Add(time.Minute)))
	again.Set(book().cfg)
	at := german(start.Add(10*time.Minute), "shop")
	if got, want := again.Facts(at), b.Facts(at); got != want || got.Used != 0.55 {
		t.Errorf("%+v, want %+v", got, want)
	}
	if s := b.Snapshot(start.Add(48 * time.Hour)); len(s) != 0 {
		t.Errorf("after two days %+v is kept", s)
	}
}

func TestClockThatGoesBack(t *testing.T) {
	b := book()
	b.Add(german(start, "shop"))
	b.Add(german(start.Add(-2*time.Hour), "shop"))
	if f := b.Facts(german(start.Add(-time.Hour), "shop")); f.Used != 0.15 {
		t.Errorf("%+v: an older time counts as the latest", f)
	}
}
