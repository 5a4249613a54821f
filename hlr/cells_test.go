package hlr

import (
	"strings"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

// Three cells: two in Munich some 4 km apart, one in Hamburg, 610 km away.
const cellFile = `radio,mcc,net,area,cell,unit,lon,lat,range
GSM,262,1,100,1,0,11.5755,48.1374,1000
GSM,262,01,100,2,0,11.5200,48.1500,1000
LTE,262,1,900,7,0,9.9937,53.5511,1000
LTE,262,1,900,7,0,0,0,1000
UMTS,,,4321,8765,0,2.3522,48.8566,1000
`

func loadCells(t *testing.T, text string) *Cells {
	t.Helper()
	c, err := LoadCells(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCells(t *testing.T) {
	c := loadCells(t, cellFile)
	if c.Len() != 4 {
		t.Errorf("%d cells, want 4", c.Len())
	}
	munich, hamburg := placed{"26201", 100, 1}, placed{"26201", 900, 7}
	for _, v := range []struct {
		name      string
		from, to  placed
		took      time.Duration
		ok, known bool
	}{
		{"within the town", munich, placed{"26201", 100, 2}, time.Second, true, true},
		{"by air", munich, hamburg, time.Hour, true, true},
		{"impossible", munich, hamburg, 10 * time.Minute, false, true},
		{"clocks run backwards", munich, hamburg, -time.Hour, false, true},
		{"a cell that nobody knows", munich, placed{"26201", 100, 3}, time.Hour, false, false},
		{"of another network", munich, placed{"26202", 900, 7}, time.Hour, false, false},
		{"for every network", placed{"", 4321, 8765}, placed{"20801", 4321, 8765}, 0, true, true},
	} {
		ok, known := c.reachable(v.from, v.to, v.took)
		if ok != v.ok || known != v.known {
			t.Errorf("%s: reachable %v, known %v", v.name, ok, known)
		}
	}
	if _, known := (*Cells)(nil).reachable(munich, hamburg, 0); known || (*Cells)(nil).Len() != 0 {
		t.Error("no file knows a cell")
	}
}

func TestBadCells(t *testing.T) {
	const header = "mcc,mnc,lac,cid,lat,lon\n"
	for text, want := range map[string]string{
		"":                                 "header line",
		"mcc,mnc,lac,cid,lat\n":            "no column lon",
		header + "262,01,1,1,91,0\n":       "line 2",
		header + "262,01,1,1,NaN,0\n":      "no place on the earth",
		header + "262,01,x,1,1,0\n":        `"x"`,
		header + "26,01,1,1,1,0\n":         "no network",
		header + "262,01,1\n":              "too few",
		header + "262,01,4294967296,1,1,0": "value out of range",
	} {
		if _, err := LoadCells(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
}

func FuzzLoadCells(f *testing.F) {
	f.Add(cellFile)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := LoadCells(strings.NewReader(text))
		if err == nil {
			c.find("26201", 1, 1)
		}
	})
}

// With positions a jump is a speed; without, who serves and how soon.
func TestImpossibleTravel(t *testing.T) {
	cells := loadCells(t, cellFile)
	at := func(plmn subscriber.PLMN, lac, cid uint32) Subscriber { return served(plmn, "491710000000", lac, cid) }
	for _, v := range []struct {
		name   string
		to     Subscriber
		after  time.Duration
		cells  *Cells
		sudden bool
	}{
		{"across the town in a minute", at("26201", 100, 2), time.Minute, cells, false},
		{"to Hamburg in ten minutes", at("26201", 900, 7), 10 * time.Minute, cells, true},
		{"to Hamburg in two hours", at("26201", 900, 7), 2 * time.Hour, cells, false},
		{"without positions one VLR vouches", at("26201", 900, 7), 10 * time.Minute, nil, false},
		{"another VLR, by air", served("26201", "491719999999", 900, 7), 2 * time.Hour, cells, false},
		{"another VLR at once, in the same town", served("26201", "491719999999", 100, 2), time.Minute, cells, false},
		{"another network is sudden at any time", served("26202", "491719999999", 1, 1), 48 * time.Hour, cells, true},
	} {
		ob := Observer{Hasher: keyring{1}, Cells: v.cells}
		h, _ := Observe(History{}, told(day0, at("26201", 100, 1)), day0, ob)
		then := day0.Add(v.after)
		h, _ = Observe(h, told(then, v.to), then, ob)
		if h.Sudden(then, time.Time{}) != v.sudden {
			t.Errorf("%s: sudden %v", v.name, !v.sudden)
		}
	}
}
