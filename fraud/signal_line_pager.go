package fraud

// linePager is a pager: what is sent to most of them, anybody near can read.
var linePager = lineSignal("LINE_PAGER", LinePager, "a pager", "pager number")
