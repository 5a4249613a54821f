package traffic

import (
	"encoding/hex"
	"fmt"
	"strconv"
)

// handset is a phone with the app or browser that asks for codes.
type handset struct {
	model  *model
	imei   string
	agent  string
	ja4    string
	device string // as the tenant's software names it
	web    bool   // a browser, not the app
}

// reads says that an app on the phone can tell of its card.
func (h *handset) reads() bool { return !h.model.apple && !h.web }

// model is a line of phones: how they name themselves and the type allocation
// codes that they carry.
type model struct {
	name   string
	apple  bool
	oses   []string
	tacs   []string
	weight float64
	cheap  bool // rather in markets with low incomes
}

var models = []*model{
	{name: "iPhone14,7", apple: true, oses: []string{"17.5", "18.1", "18.5", "26.0"}, tacs: []string{"35345678", "35902311"}, weight: 14},
	{name: "iPhone15,4", apple: true, oses: []string{"18.1", "18.5", "26.0", "26.1"}, tacs: []string{"35138142", "35772219"}, weight: 13},
	{name: "iPhone12,1", apple: true, oses: []string{"16.7", "17.5", "18.5"}, tacs: []string{"35656110", "35320810"}, weight: 10},
	{name: "iPhone17,3", apple: true, oses: []string{"18.5", "26.0", "26.1"}, tacs: []string{"35089571", "35600983"}, weight: 9},
	{name: "SM-A546B", oses: []string{"14", "15"}, tacs: []string{"35270411", "35847265"}, weight: 9},
	{name: "SM-A155F", oses: []string{"14", "15"}, tacs: []string{"35116290", "35991834"}, weight: 12, cheap: true},
	{name: "SM-S911B", oses: []string{"14", "15", "16"}, tacs: []string{"35016477"}, weight: 8},
	{name: "SM-A057F", oses: []string{"13", "14"}, tacs: []string{"35403987"}, weight: 7, cheap: true},
	{name: "Redmi Note 12", oses: []string{"12", "13", "14"}, tacs: []string{"86214506", "86871405"}, weight: 10, cheap: true},
	{name: "23106RN0DA", oses: []string{"13", "14"}, tacs: []string{"86550907"}, weight: 8, cheap: true},
	{name: "TECNO KJ5", oses: []string{"13"}, tacs: []string{"35928216"}, weight: 6, cheap: true},
	{name: "Infinix X6525", oses: []string{"12", "13"}, tacs: []string{"35871823"}, weight: 5, cheap: true},
	{name: "CPH2591", oses: []string{"13", "14"}, tacs: []string{"86620406"}, weight: 6, cheap: true},
	{name: "V2247", oses: []string{"13", "14"}, tacs: []string{"86480106"}, weight: 5, cheap: true},
	{name: "Pixel 8", oses: []string{"14", "15", "16"}, tacs: []string{"35815334"}, weight: 4},
	{name: "moto g54", oses: []string{"13", "14"}, tacs: []string{"35469152"}, weight: 4, cheap: true},
}

// JA4 fingerprints by what makes the TLS connection. All people with one kind of
// software share its few values; bots that use the real software share them too.
var (
	ja4Chrome  = []string{"t13d1516h2_8daaf6152771_d8a2da3f94cd", "t13d1516h2_8daaf6152771_02713d6af862", "t13d1517h2_8daaf6152771_b0da82dd1658"}
	ja4Safari  = []string{"t13d2014h2_a09f3c656075_14788d8d241b", "t13d2014h2_a09f3c656075_e42f34c56612"}
	ja4Darwin  = []string{"t13d2014h2_a09f3c656075_f62623592221", "t13d2013h2_a09f3c656075_7f0f34a4126d"}
	ja4OkHTTP  = []string{"t13d1312h2_f57a46bbacb6_ab7e3b40a677", "t13d1313h2_f57a46bbacb6_e7c285222651", "t12d1209h2_d34a8e72043a_b39be8c56a14"}
	ja4Firefox = []string{"t13d1715h2_5b57614c22b0_5c2c66f702b0", "t13d1715h2_5b57614c22b0_7121afd63204"}
	ja4Scripts = []string{"t13d1812h1_85036bcba153_b26ce05bbdd6", "t13d190900_9dc949149365_97f8aa674fd9", "t13d1311h2_e8f1e7e78f70_1f22a2ca17c4", "t13d4312h1_c7886603b240_b26ce05bbdd6"}
)

// oddTLS is what a few per cent of connections look like: one of the scripting
// libraries', or a combination that hardly anybody else has.
func (d dice) oddTLS() string {
	if d.chance(0.4) {
		return pick(d, ja4Scripts)
	}
	rare := newDice(uint64(d.IntN(120)), "ja4") // each is some people's
	b := fmt.Appendf(nil, "t1%dd%02d%02dh%d_", 2+rare.IntN(2), 8+rare.IntN(40), 5+rare.IntN(12), 1+rare.IntN(2))
	b = fmt.Appendf(b, "%012x_%012x", rare.Uint64()>>16, rare.Uint64()>>16)
	return string(b)
}

// handset is a phone as people of the country have, with the tenant's app or,
// for a part of its users, a browser.
func (d dice) handset(t *tenant, c *country) *handset {
	m := d.model(c)
	h := &handset{model: m, imei: d.imei(pick(d, m.tacs)), web: d.chance(t.web)}
	d.install(h, t, c)
	return h
}

func (d dice) model(c *country) *model {
	weights := make([]float64, len(models))
	for i, m := range models {
		weights[i] = m.weight
		if poor := c.median > 4; poor && m.cheap {
			weights[i] *= 2.5
		} else if poor {
			weights[i] *= 0.35
		}
	}
	return models[d.weighted(weights)]
}

// install puts the tenant's app, or its web page, on the phone: a new id.
func (d dice) install(h *handset, t *tenant, c *country) {
	os := pick(d, h.model.oses)
	switch {
	case h.web && d.chance(0.35):
		h.agent, h.ja4 = d.desktop()
	case h.web && h.model.apple:
		h.agent, h.ja4 = mobileSafari(os), pick(d, ja4Safari)
	case h.web:
		h.agent, h.ja4 = mobileChrome(d.chromeVersion()), pick(d, ja4Chrome)
	case h.model.apple:
		h.agent = fmt.Sprintf("%s/%s (%s; iOS %s; %s) CFNetwork Darwin", t.name, pick(d, t.versions), h.model.name, os, c.lang)
		h.ja4 = pick(d, ja4Darwin)
	default:
		h.agent = fmt.Sprintf("%s/%s (%s; Android %s; %s) okhttp/4.12.0", t.name, pick(d, t.versions), h.model.name, os, c.lang)
		h.ja4 = pick(d, ja4OkHTTP)
	}
	h.device = d.deviceID(t.style)
}

// desktop is a browser on a computer.
func (d dice) desktop() (agent, ja4 string) {
	switch d.IntN(6) {
	case 0:
		v := 140 + d.IntN(7)
		return fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/%d.0", v, v), pick(d, ja4Firefox)
	case 1:
		return "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", pick(d, ja4Safari)
	case 2:
		return "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + d.chromeVersion() + " Safari/537.36", pick(d, ja4Chrome)
	}
	return "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + d.chromeVersion() + " Safari/537.36", pick(d, ja4Chrome)
}

// chromeVersion is a recent one: most people are at the newest two.
func (d dice) chromeVersion() string { return strconv.Itoa(145-int(d.wait(1.6))) + ".0.0.0" }

func mobileChrome(version string) string {
	return "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + version + " Mobile Safari/537.36"
}

func mobileSafari(os string) string {
	return "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/" + os + " Mobile/15E148 Safari/604.1"
}

// deviceID is an id in the form that the tenant's software makes.
func (d dice) deviceID(style idStyle) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(d.Uint32())
	}
	switch style {
	case hex16:
		return hex.EncodeToString(b[:8])
	case hex32:
		return hex.EncodeToString(b[:])
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4, RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
