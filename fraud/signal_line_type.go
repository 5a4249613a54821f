package fraud

// The line types that an OTP cannot or should not go to. The numbering plan
// tells them, or the network where it is asked.
var (
	lineVoIP = lineSignal("LINE_VOIP", LineVoIP, "the number belongs to an internet telephony service",
		"VoIP number: no SIM stands behind it")
	linePremium = lineSignal("LINE_PREMIUM", LinePremium, "a premium-rate number, whose owner shares the fee",
		"premium-rate number: its owner is paid for what is sent to it")
	lineFixed = lineSignal("LINE_FIXED", LineFixed, "a fixed line, which rarely receives SMS",
		"fixed line: SMS may not arrive, or be read aloud to whoever answers")
	lineTollFree = lineSignal("LINE_TOLL_FREE", LineTollFree, "a toll-free number",
		"toll-free number: it belongs to a company's switchboard")
	lineSharedCost = lineSignal("LINE_SHARED_COST", LineSharedCost, "a shared-cost service number",
		"shared-cost service number: it belongs to a company's switchboard")
	linePager    = lineSignal("LINE_PAGER", LinePager, "a pager", "pager number")
	linePersonal = lineSignal("LINE_PERSONAL", LinePersonal, "a personal number that is forwarded elsewhere, often at a high price",
		"personal number: it is forwarded to a line that is not known")
	lineUAN = lineSignal("LINE_UAN", LineUAN, "a universal access number of a company",
		"universal access number: it belongs to a company's switchboard")
	lineVoicemail = lineSignal("LINE_VOICEMAIL", LineVoicemail, "a voice mailbox", "voice mailbox number")
)

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
