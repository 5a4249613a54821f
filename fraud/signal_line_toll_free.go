package fraud

// lineTollFree is a company's free number, not a person's.
var lineTollFree = lineSignal("LINE_TOLL_FREE", LineTollFree, "a toll-free number",
	"toll-free number: it belongs to a company's switchboard")
