// Package plot writes results as one HTML page that needs nothing else: its
// style is inside, its plots are SVG inside, and it asks no other address for
// anything. The page is well-formed XML too.
package plot

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// Page is a page with sections, one below the other.
type Page struct {
	Title    string
	Subtitle string // when, where, how
	parts    []string
}

// Tile is one large figure at the top.
type Tile struct{ Label, Value, Note string }

const style = `
:root{--ink:#1c2330;--dim:#5c6675;--line:#dfe3ea;--grid:#eceff4;--back:#f6f7f9;--card:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ee;--dim:#98a2b3;--line:#333b48;--grid:#2a313d;--back:#14181f;--card:#1c222b}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:24px;margin:0 0 2px}h2{font-size:16px;margin:0 0 2px}
p{margin:0 0 10px;color:var(--dim);max-width:78ch}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:14px 0}
.wide{overflow-x:auto}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 16px;flex:1 1 170px}
.tile b{display:block;font-size:22px;font-variant-numeric:tabular-nums}.tile span{color:var(--dim);font-size:13px;display:block}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px;width:100%}
th,td{text-align:right;padding:5px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
th{white-space:normal;vertical-align:bottom}
th:first-child,td:first-child{text-align:left}th{color:var(--dim);font-weight:600}
td small{display:block;color:var(--dim);font-size:12px}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--dim);font-size:12px}svg .value{fill:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;margin:4px 0 8px}
.legend i{display:inline-block;width:14px;height:4px;border-radius:2px;margin-right:6px;vertical-align:middle}
`

// Write writes the page; an error of w shows at its Close.
func (p *Page) Write(w io.Writer) {
	title := html.EscapeString(p.Title)
	fmt.Fprintf(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n"+
		"<h1>%s</h1>\n<p>%s</p>\n", title, style, title, html.EscapeString(p.Subtitle))
	for _, part := range p.parts {
		fmt.Fprintln(w, part)
	}
	fmt.Fprint(w, "</main>\n</body>\n</html>\n")
}

// Tiles adds a row of large figures.
func (p *Page) Tiles(tiles ...Tile) {
	var b strings.Builder
	b.WriteString(`<div class="tiles">`)
	for _, t := range tiles {
		fmt.Fprintf(&b, `<div class="tile"><span>%s</span><b>%s</b><span>%s</span></div>`,
			html.EscapeString(t.Label), html.EscapeString(t.Value), html.EscapeString(t.Note))
	}
	b.WriteString(`</div>`)
	p.parts = append(p.parts, b.String())
}

// Table adds a table; the first row is its head.
func (p *Page) Table(title, about string, rows [][]string) {
	var b strings.Builder
	cell := "th"
	for _, row := range rows {
		b.WriteString("<tr>")
		for _, text := range row {
			fmt.Fprintf(&b, "<%s>%s</%s>", cell, figure(text), cell)
		}
		b.WriteString("</tr>\n")
		cell = "td"
	}
	p.card(title, about, `<div class="wide"><table>`+b.String()+`</table></div>`)
}

// figure is a cell; a spread in brackets behind a figure goes below it.
func figure(text string) string {
	median, spread, ok := strings.Cut(text, " (")
	if !ok {
		return html.EscapeString(text)
	}
	return html.EscapeString(median) + "<small>" + html.EscapeString(strings.TrimSuffix(spread, ")")) + "</small>"
}

// card adds a section around body, which is HTML.
func (p *Page) card(title, about, body string) {
	head := "<h2>" + html.EscapeString(title) + "</h2>"
	if about != "" {
		head += "<p>" + html.EscapeString(about) + "</p>"
	}
	p.parts = append(p.parts, `<section class="card">`+head+body+`</section>`)
}
