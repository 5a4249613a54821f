package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// promExpr is what an expression of PromQL names. Whether it is well formed is
// for Prometheus to say; this only finds the names in it.
type promExpr struct {
	selectors []promSelector
	grouping  []string // labels of by, without, on and their like
}

// promSelector is one metric of an expression, and the labels it is chosen by.
type promSelector struct {
	metric string
	labels []string
}

var (
	promGroupings = []string{"by", "without", "on", "ignoring", "group_left", "group_right"}
	promSetWords  = []string{"and", "or", "unless"}
	promWords     = append([]string{"bool", "offset", "sum", "min", "max", "avg", "count", "topk", "bottomk", "quantile", "inf", "nan"}, promSetWords...)
)

// promTokens cuts an expression into words, numbers, strings and signs.
func promTokens(expr string) (tokens []string) {
	letter := func(c byte) bool {
		return c == '_' || c == ':' || c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	for i := 0; i < len(expr); {
		from := i
		switch c := expr[i]; {
		case c == ' ' || c == '\n' || c == '\t':
			i++
			continue
		case c == '"' || c == '\'':
			for i++; i < len(expr) && expr[i] != c; i++ {
				if expr[i] == '\\' {
					i++
				}
			}
			i++
		case letter(c):
			for i < len(expr) && letter(expr[i]) {
				i++
			}
		case strings.IndexByte("=!<>", c) >= 0 && i+1 < len(expr) && (expr[i+1] == '=' || expr[i+1] == '~'):
			i += 2
		default:
			i++
		}
		tokens = append(tokens, expr[from:min(i, len(expr))])
	}
	return tokens
}

func promIsWord(token string) bool {
	c := token[0]
	return c == '_' || c == ':' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// parsePromExpr finds the metrics and labels of an expression.
func parsePromExpr(expr string) (e promExpr) {
	tokens := promTokens(expr)
	next := func(i int) string {
		if i+1 < len(tokens) {
			return tokens[i+1]
		}
		return ""
	}
	until := func(i int, end string) int {
		for i < len(tokens) && tokens[i] != end {
			i++
		}
		return i
	}
	for i := 0; i < len(tokens); i++ {
		switch token := tokens[i]; {
		case token == "[":
			i = until(i, "]")
		case token == "{":
			s := &e.selectors[len(e.selectors)-1]
			for i++; i < len(tokens) && tokens[i] != "}"; i++ {
				if promIsWord(tokens[i]) && strings.IndexByte("=!", next(i)[0]) >= 0 {
					s.labels = append(s.labels, tokens[i])
				}
			}
		case slices.Contains(promGroupings, token):
			end := until(i, ")")
			for _, label := range tokens[i+1 : end] {
				if promIsWord(label) {
					e.grouping = append(e.grouping, label)
				}
			}
			i = end
		case promIsWord(token) && next(i) != "(" && !slices.Contains(promWords, strings.ToLower(token)):
			e.selectors = append(e.selectors, promSelector{metric: token})
		}
	}
	return e
}

// promOperands takes an alert's condition apart: what stands on either side of
// its set operators and comparisons, as far as it is made of metrics. A healthy
// system has no answer to the condition, but one to each of these.
func promOperands(expr string) (operands []string) {
	var side []string
	depth := 0
	end := func() {
		if text := strings.Join(side, " "); len(parsePromExpr(text).selectors) > 0 {
			operands = append(operands, text)
		}
		side = nil
	}
	for _, token := range promTokens(expr) {
		switch {
		case strings.Contains("([{", token):
			depth++
		case strings.Contains(")]}", token):
			depth--
		case depth == 0 && (slices.Contains(promSetWords, token) || slices.Contains([]string{"==", "!=", ">", "<", ">=", "<="}, token)):
			end()
			continue
		}
		side = append(side, token)
	}
	end()
	return operands
}

func TestPromExprNames(t *testing.T) {
	for _, c := range []struct {
		expr string
		want promExpr
	}{
		{`rate(a_total{x="by (no) b",y!~"c|d"}[5m]) > 14.4 * 0.001`, promExpr{[]promSelector{{"a_total", []string{"x", "y"}}}, nil}},
		{`histogram_quantile(0.99, sum by (le, z) (rate(b_bucket[1h])))`, promExpr{[]promSelector{{"b_bucket", nil}}, []string{"le", "z"}}},
		{`r:x:rate1h < 0.5 * avg_over_time(r:x:rate1h[7d]) and on(q) c{} or d`, promExpr{[]promSelector{{"r:x:rate1h", nil}, {"r:x:rate1h", nil}, {"c", nil}, {"d", nil}}, []string{"q"}}},
		{`topk(12, sum by (a) (rate(e{r!=""}[4s])))`, promExpr{[]promSelector{{"e", []string{"r"}}}, []string{"a"}}},
	} {
		if got := parsePromExpr(c.expr); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\n  names %v, want %v", c.expr, got, c.want)
		}
	}
}

func TestPromOperands(t *testing.T) {
	for expr, want := range map[string][]string{
		`max by (c) (up) == 0`:                                 {"max by ( c ) ( up )"},
		`sum(a{b=">1 and"}) / (sum(c) > 0) > 0.9`:              {`sum ( a { b = ">1 and" } ) / ( sum ( c ) > 0 )`},
		`a < 0.5 * avg_over_time(a[7d]) and sum(b) >= 200`:     {"a", "0.5 * avg_over_time ( a [ 7d ] )", "sum ( b )"},
		`sum by (c) (x) > 0.1 unless sum by (c) (y) > 0`:       {"sum by ( c ) ( x )", "sum by ( c ) ( y )"},
		`histogram_quantile(0.99, rate(a_bucket[5m])) != 0.05`: {"histogram_quantile ( 0.99 , rate ( a_bucket [ 5m ] ) )"},
	} {
		if got := promOperands(expr); !slices.Equal(got, want) {
			t.Errorf("%s\n  gives %q, want %q", expr, got, want)
		}
	}
}
