package store

// AppendAnswer appends the encoded answer to b.
func AppendAnswer(b []byte, a *Answer) []byte {
	b = appendString(b, 1, a.Tenant)
	b = appendString(b, 2, a.Key)
	b = appendBytes(b, 3, a.Body[:])
	b = appendInt(b, 4, int64(a.Status))
	b = appendBytes(b, 5, a.Response)
	return appendTime(b, 6, a.At)
}

// DecodeAnswer reads what AppendAnswer wrote. Nothing in it borrows from b.
func DecodeAnswer(b []byte) (*Answer, error) {
	a := &Answer{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			a.Tenant = r.string()
		case 2:
			a.Key = r.string()
		case 3:
			if len(r.bytes()) != len(a.Body) {
				r.fail()
			}
			copy(a.Body[:], r.bytes())
		case 4:
			a.Status = int(r.int())
		case 5:
			a.Response = append([]byte(nil), r.bytes()...)
		case 6:
			a.At = r.time()
		}
	}
	return a, r.done("answer")
}
