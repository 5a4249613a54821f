package offline

// table keeps at most so many values, without pointers to them. When half as
// many were put since the last time, what was not met since is forgotten.
type table[V any] struct {
	half      int
	young     map[uint64]V
	old       map[uint64]V
	forgotten int64
	forget    func(V) // told of each that is; nil: nobody
}

func newTable[V any](most int) table[V] {
	return table[V]{half: max(1, most/2), young: map[uint64]V{}}
}

func (t *table[V]) get(k uint64) (v V, ok bool) {
	if v, ok = t.young[k]; ok {
		return v, true
	}
	if v, ok = t.old[k]; ok {
		t.put(k, v) // met again
	}
	return v, ok
}

func (t *table[V]) put(k uint64, v V) {
	if len(t.young) >= t.half {
		if _, there := t.young[k]; !there {
			t.forgotten += int64(len(t.old))
			if t.forget != nil {
				for _, v := range t.old {
					t.forget(v)
				}
			}
			t.old, t.young = t.young, make(map[uint64]V, t.half/4)
		}
	}
	t.young[k] = v
	if len(t.old) > 0 {
		delete(t.old, k)
	}
}
