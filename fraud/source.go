package fraud

// Source is where a table of facts comes from, so that each of its facts can
// be judged by age and owner.
type Source struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Date        string `json:"date"` // of the data, as 2006-01-02; "" where not told
	Licence     string `json:"licence"`
	Attribution string `json:"attribution,omitempty"` // that the licence asks for
}
