package fraud

// lineVoIP is a number that no SIM stands behind.
var lineVoIP = lineSignal("LINE_VOIP", LineVoIP, "the number belongs to an internet telephony service",
	"VoIP number: no SIM stands behind it")
