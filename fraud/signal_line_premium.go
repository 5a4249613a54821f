package fraud

// linePremium is a number whose owner is paid for every message.
var linePremium = lineSignal("LINE_PREMIUM", LinePremium, "a premium-rate number, whose owner shares the fee",
	"premium-rate number: its owner is paid for what is sent to it")
