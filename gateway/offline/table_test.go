package offline

import "testing"

func TestTableForgetsWhatWasNotMetForLongest(t *testing.T) {
	tab := newTable[int](100)
	tab.put(1, 1)
	for k := uint64(2); k < 1000; k++ {
		tab.put(k, int(k))
		if k%20 == 0 {
			if v, ok := tab.get(1); !ok || v != 1 {
				t.Fatalf("after %d others, what was met all the time is %d, %v", k, v, ok)
			}
		}
		if n := len(tab.young) + len(tab.old); n > 100 {
			t.Fatalf("it keeps %d values, more than 100", n)
		}
	}
	if _, ok := tab.get(2); ok {
		t.Error("what was not met since the beginning is still there")
	}
	if tab.forgotten == 0 || tab.forgotten > 999 {
		t.Errorf("%d were forgotten", tab.forgotten)
	}
}
