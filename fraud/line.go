package fraud

// lineSignal is of a line type that a code cannot or should not go to. The
// numbering plan tells the type, or the network where it is asked.
func lineSignal(code string, t LineType, description, evidence string) *Signal {
	return &Signal{
		Code: code, Group: groupLine, Description: description,
		flag:     func(f *Facts) float64 { return when(f.Number.LineType == t) },
		evidence: told(evidence),
	}
}

// OddLine says that no mobile subscriber stands behind the number.
func (n *Number) OddLine() bool {
	return n.LineType != LineMobile && n.LineType != LineFixedOrMobile && n.LineType != LineUnknown || n.Unallocated
}
