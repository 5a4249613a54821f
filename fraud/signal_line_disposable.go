package fraud

import "time"

// lineDisposable is a number whose messages anybody can read on a web site.
var lineDisposable = &Signal{
	Code: "LINE_DISPOSABLE", Group: groupLine, Description: "the number is listed as one whose messages anybody can read",
	flag: func(f *Facts) float64 { return when(f.Number.Disposable) },
	evidence: func(f *Facts) string {
		if f.Number.DisposableSeen.IsZero() {
			return "listed as a public receive-SMS number; the list gives no date"
		}
		return "listed as a public receive-SMS number since " + f.Number.DisposableSeen.UTC().Format(time.DateOnly)
	},
}
