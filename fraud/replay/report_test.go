package replay

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// reports are two policies on one small file with a bit of everything.
func reports(t *testing.T) ([]*Report, *Comparison) {
	t.Helper()
	var lines []string
	for i := range 60 {
		id := string(rune('A'+i%26)) + string(rune('0'+i/26))
		switch {
		case i%3 == 0:
			lines = append(lines, event(i, "send", id, voip+`,"label":"pump:<b>&\u001b[31m`+id+`"`))
		default:
			lines = append(lines, event(i, "send", id, mobile+`,"label":"legit:travel"`))
		}
	}
	lines = append(lines, "broken")
	one, other := newLane(t, "enforce", &recorder{}), newLane(t, "enforce", &recorder{})
	c := NewComparison()
	in, err := Stream(t.Context(), NewReader(strings.NewReader(strings.Join(lines, "\n"))), func(e *Event) error {
		a := one.Feed(e)
		e.To, e.prepared = []byte("+4915112345670"), prepared{} // the other policy's world: everybody is one mobile number
		if b := other.Feed(e); a != nil {
			c.Add(a, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return []*Report{one.Report(in), other.Report(in)}, c
}

func TestTextStandsSideBySide(t *testing.T) {
	r, c := reports(t)
	var one, both strings.Builder
	if err := errors.Join(Text(&one, r[:1], nil), Text(&both, r, c)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"60 events: 60 sends", "warning: 1 lines are no event", "ROC AUC", "ATTACKS by", "PEOPLE by", "saved (attacks refused)"} {
		if !strings.Contains(one.String(), want) || !strings.Contains(both.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, want := range []string{"change", "review becomes allow", "FIRST OF THEM"} {
		if strings.Contains(one.String(), want) || !strings.Contains(both.String(), want) {
			t.Errorf("%q is not where it belongs", want)
		}
	}
	if strings.ContainsRune(both.String(), '\x1b') {
		t.Error("a label's control characters reach the terminal")
	}
}

// The page is well-formed, names nothing outside of itself, and takes nothing of
// the file for markup.
func TestHTMLStandsAlone(t *testing.T) {
	r, c := reports(t)
	var page, again strings.Builder
	if err := errors.Join(HTML(&page, r, c), HTML(&again, r, c), HTML(io.Discard, r[:1], nil)); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	if text != again.String() {
		t.Error("the page differs from one time to the next")
	}
	for _, bad := range []string{"http:", "https:", "src=", "<script", "@import", "url(", "<b>", "\x1b", "NaN", "Inf"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	pictures := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		if s, ok := tok.(xml.StartElement); ok && s.Name.Local == "svg" {
			pictures++
		}
	}
	// scores, calibration and cost of each, one ROC, and twenty campaigns of each
	if pictures != 2*3+1+2*20 {
		t.Errorf("%d pictures", pictures)
	}
}

func TestReportOfNothing(t *testing.T) {
	_, r := replayed(t, newLane(t, "enforce", &recorder{}))
	var text strings.Builder
	if err := errors.Join(Text(&text, []*Report{r}, nil), HTML(&text, []*Report{r}, nil)); err != nil {
		t.Fatal(err)
	}
	if r.AUC != nil || r.Sends.Total != 0 || strings.Contains(text.String(), "NaN") {
		t.Errorf("%+v", r)
	}
}

func TestPrices(t *testing.T) {
	price, err := LoadPrices(strings.NewReader("# ours\nregion,usd\n*,0.05\nde, 0.1\n"))
	if err != nil || price("DE") != 0.1 || price("FR") != 0.05 {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "country,usd\nDE,1", "region,usd\nDE,free", "region,usd\nDE,-1", "region,usd\nDE,NaN", "region,usd\nDE"} {
		if _, err := LoadPrices(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
