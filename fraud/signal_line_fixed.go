package fraud

// lineFixed is a fixed line: few of them receive SMS.
var lineFixed = lineSignal("LINE_FIXED", LineFixed, "a fixed line, which rarely receives SMS",
	"fixed line: SMS may not arrive, or be read aloud to whoever answers")
