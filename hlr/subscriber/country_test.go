package subscriber

import "testing"

func TestSplit(t *testing.T) {
	for n, want := range map[MSISDN][2]string{
		"+491701234567":  {"49", "1701234567"},
		"+14155550100":   {"1", "4155550100"},
		"+79161234567":   {"7", "9161234567"},
		"+3581234567":    {"358", "1234567"}, // 35 is not a code of its own
		"+8801712345678": {"880", "1712345678"},
		"+20101234567":   {"20", "101234567"},
		"+21261234567":   {"212", "61234567"},
		"+49":            {"", "49"},
		"+1":             {"", "1"},
		"":               {"", ""},
	} {
		country, national := n.Split()
		if country != want[0] || national != want[1] {
			t.Errorf("Split(%q) = %q, %q; want %q", n, country, national, want)
		}
	}
}
