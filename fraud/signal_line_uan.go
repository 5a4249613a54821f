package fraud

// lineUAN is a company's one number for all its places, not a person's.
var lineUAN = lineSignal("LINE_UAN", LineUAN, "a universal access number of a company",
	"universal access number: it belongs to a company's switchboard")
