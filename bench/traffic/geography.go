package traffic

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/countries.tsv
var countriesTSV string

//go:embed data/operators.tsv
var operatorsTSV string

//go:embed data/networks.tsv
var networksTSV string

type country struct {
	region, code  string
	utc           millis
	median, sigma float64 // of a delivery receipt, seconds
	lost, silent  float64
	lat, lon      float64
	lang          string
	operators     []*operator
	shares        []float64
	homes         []*network
}

// What an operator's HLR tells to a lookup, each more than the one before.
type telling int

const (
	tellsLittle telling = iota
	tellsIMSI
	tellsPlace
	tellsAll
)

type prefix struct {
	digits string
	length int // of the national number
}

type operator struct {
	name     string
	plmn     string
	country  *country
	prefixes []prefix
	data     *network
	tells    telling
	share    float64
}

// network is an autonomous system and some of its public prefixes.
type network struct {
	asn      uint32
	prefixes []string
}

// atlas is everything that the tables tell. It is read-only.
type atlas struct {
	countries   []*country
	byRegion    map[string]*country
	operators   []*operator
	hosts, vpns []*network
	relays      []*network
	gates       []*network
}

var theAtlas = sync.OnceValue(func() *atlas {
	a := &atlas{byRegion: map[string]*country{}}
	rows(countriesTSV, a.addCountry)
	rows(operatorsTSV, a.addOperator)
	rows(networksTSV, a.addNetwork)
	return a
})

// rows calls add for each row below the header.
func rows(tsv string, add func(f []string)) {
	header := true
	for line := range strings.Lines(tsv) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !header {
			add(strings.Split(strings.TrimSpace(line), "\t"))
		}
		header = false
	}
}

func (a *atlas) addCountry(f []string) {
	c := &country{
		region: f[0], code: f[1], utc: millis(number(f[2]) * float64(hour)),
		median: number(f[3]), sigma: number(f[4]), lost: number(f[5]), silent: number(f[6]),
		lat: number(f[7]), lon: number(f[8]), lang: f[9],
	}
	a.countries = append(a.countries, c)
	a.byRegion[c.region] = c
}

func (a *atlas) addOperator(f []string) {
	c := a.byRegion[f[0]]
	o := &operator{name: f[1], plmn: f[2], country: c, data: newNetwork(f[6], f[7]), share: number(f[3])}
	o.tells = map[string]telling{"little": tellsLittle, "imsi": tellsIMSI, "place": tellsPlace, "all": tellsAll}[f[8]]
	for p := range strings.SplitSeq(f[5], ",") {
		digits, length, own := strings.Cut(p, ":")
		if !own {
			length = f[4]
		}
		o.prefixes = append(o.prefixes, prefix{digits, int(number(length))})
	}
	a.operators = append(a.operators, o)
	c.operators = append(c.operators, o)
	c.shares = append(c.shares, o.share)
}

func (a *atlas) addNetwork(f []string) {
	n := newNetwork(f[3], f[4])
	switch f[0] {
	case "home":
		c := a.byRegion[f[1]]
		c.homes = append(c.homes, n)
	case "host":
		a.hosts = append(a.hosts, n)
	case "vpn":
		a.vpns = append(a.vpns, n)
	case "gate":
		a.gates = append(a.gates, n)
	case "relay":
		a.relays = append(a.relays, n)
	}
}

func newNetwork(asn, prefixes string) *network {
	return &network{asn: uint32(number(asn)), prefixes: strings.Split(prefixes, ",")}
}

// number reads a figure of a table that ships: a bad one is a defect of the table.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("bench/traffic: a table has %q where a number belongs", s))
	}
	return v
}
