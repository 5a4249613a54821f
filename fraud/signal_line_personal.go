package fraud

// linePersonal is a number that is forwarded to who knows where, at a price
// that nobody knows beforehand.
var linePersonal = lineSignal("LINE_PERSONAL", LinePersonal, "a personal number that is forwarded elsewhere, often at a high price",
	"personal number: it is forwarded to a line that is not known")
