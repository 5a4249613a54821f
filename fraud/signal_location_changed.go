package fraud

import "time"

// locationChanged is any other cell: people move, so it mostly just shows.
var locationChanged = &Signal{
	Code: "LOCATION_CHANGED", Group: groupSubscriber, Description: "another cell (LAC/CID) serves the handset than before",
	aged:     func(f *Facts) (time.Duration, bool) { return f.Location.Cell.aged() },
	evidence: func(f *Facts) string { return "serving cell (LAC/CID) changed " + f.Location.Cell.between() },
}
