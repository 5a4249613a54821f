package store

// AppendAccountState appends the encoded state to b.
func AppendAccountState(b []byte, s *AccountState) []byte {
	b = appendString(b, 1, s.Tenant)
	b = appendString(b, 2, s.AccountID)
	b = appendUint(b, 3, s.Rev)
	return appendHold(b, 4, s.Freeze)
}

// DecodeAccountState reads what AppendAccountState wrote.
func DecodeAccountState(b []byte) (*AccountState, error) {
	s := &AccountState{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			s.Tenant = r.string()
		case 2:
			s.AccountID = r.string()
		case 3:
			s.Rev = r.uint()
		case 4:
			s.Freeze = nested(&r, decodeHold)
		}
	}
	return s, r.done("account state")
}
