package offline

// table keeps at most so many values: when half as many are new or were met
// since the last time, the rest is forgotten.
type table[K comparable, V any] struct {
	half      int
	young     map[K]*V
	old       map[K]*V
	forgotten int64
}

func newTable[K comparable, V any](most int) table[K, V] {
	return table[K, V]{half: max(1, most/2), young: map[K]*V{}}
}

// get finds a value, or with create makes an empty one; else it is nil.
func (t *table[K, V]) get(k K, create bool) *V {
	if v, ok := t.young[k]; ok {
		return v
	}
	v, ok := t.old[k]
	switch {
	case ok:
		delete(t.old, k)
	case !create:
		return nil
	default:
		v = new(V)
	}
	if len(t.young) >= t.half {
		t.forgotten += int64(len(t.old))
		t.old, t.young = t.young, map[K]*V{}
	}
	t.young[k] = v
	return v
}
