package gateway

import (
	"net/netip"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/address"
	"tollgate/fraud/numbering"
	"tollgate/gateway/facts"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Tables are the data sets that say what a number and an address are. A nil one
// knows nothing.
type Tables struct {
	Disposable *numbering.Disposable
	Dear       *numbering.Dear
	Addresses  *address.Table
}

// Number is what digits and lists tell of a number.
func (t *Tables) Number(n *numbering.Number) fraud.Number {
	f := fraud.Number{
		Region: n.Region, LineType: n.LineType, OriginalCarrier: n.Carrier, Range: n.MSISDN.Range(3),
		RegionAllowed: true, CarrierAllowed: true, Dear: t.Dear.Find(n.MSISDN),
	}
	if since, ok := t.Disposable.Find(n.MSISDN); ok {
		f.Disposable, f.DisposableSeen = true, since
	}
	return f
}

// client is what the request's address and system tell. What the table knows
// of the system counts before what the caller says.
func (t *Tables) client(c *ClientContext) fraud.Client {
	f := fraud.Client{ASN: c.ASN, HasIP: c.IP != "", HasDevice: c.DeviceID != ""}
	if c.IP == "" {
		return f
	}
	ip, err := netip.ParseAddr(c.IP)
	if err != nil {
		return f
	}
	i := t.Addresses.Find(ip)
	f.Country, f.Datacentre, f.Tor = i.Country, i.Datacentre, i.Tor
	if i.ASN != 0 {
		f.ASN = i.ASN
	}
	return f
}

// FactsOf lists what the digits and the lists tell of a number and an address,
// then what the network told: the one view that the API and `tollgate lookup`
// share. The age of a listed fact is that of the list, or of the entry where it
// has a date. a may be nil.
func (t *Tables) FactsOf(n *numbering.Number, f *fraud.Facts, a *hlr.Answer) []Fact {
	num, plan := &f.Number, numbering.PlanSource()
	list := []Fact{
		{Name: "region", Value: num.Region, Source: plan},
		{Name: "line_type", Value: string(n.LineType), Source: plan},
		{Name: "range", Value: num.Range, Source: plan},
	}
	disposable := listed("disposable", num.Disposable, t.Disposable.Source(), f.At)
	if !num.DisposableSeen.IsZero() {
		disposable.Age = facts.Age(f.At, num.DisposableSeen)
	}
	list = append(list, disposable)
	if n.Carrier != "" {
		list = append(list, Fact{Name: "original_carrier", Value: n.Carrier, Source: plan})
	}
	list = appendNetwork(list, "original_network", n.PLMN)
	if num.Dear != "" {
		list = append(list, Fact{Name: "dear", Value: num.Dear, Source: "irsf.tsv"})
	}
	if a != nil {
		for _, f := range a.Facts() {
			list = append(list, networkFact(f))
		}
		list = appendNetwork(list, "network_name", num.PLMN)
	}
	return t.appendClient(list, f)
}

// appendNetwork names a network in words.
func appendNetwork(list []Fact, name string, plmn subscriber.PLMN) []Fact {
	if plmn == "" {
		return list
	}
	value := string(plmn)
	if n, ok := numbering.NetworkOf(plmn); ok {
		value += " " + n.Name()
		if n.MVNO {
			value += " (MVNO)"
		}
	}
	return append(list, Fact{Name: name, Value: value, Source: numbering.NetworkSource()})
}

func (t *Tables) appendClient(list []Fact, f *fraud.Facts) []Fact {
	if f.Client.Country == "" && f.Client.ASN == 0 || t.Addresses == nil {
		return list
	}
	country, system := fraud.Source{}, fraud.Source{}
	if s := t.Addresses.Sources(); len(s) == 2 {
		country, system = s[0], s[1]
	}
	return append(list,
		listed("ip_country", f.Client.Country, country, f.At), listed("ip_asn", f.Client.ASN, system, f.At),
		listed("ip_datacentre", f.Client.Datacentre, system, f.At), Fact{Name: "ip_tor", Value: f.Client.Tor, Source: "tor list"})
}

// listed is a fact of a list, as old as the list.
func listed(name string, value any, from fraud.Source, now time.Time) Fact {
	f := Fact{Name: name, Value: value, Source: from.Name}
	if from.Version != "" {
		f.Source += " " + from.Version
	}
	if f.Source == "" {
		f.Source = name
	}
	if at, err := time.Parse(time.DateOnly, from.Date); err == nil {
		f.Age = facts.Age(now, at)
	}
	return f
}

func networkFact(f hlr.Fact) Fact {
	out := Fact{Name: f.Name, Source: f.Source, Age: f.Age, Latency: f.Latency, Cached: f.Cached, Disputed: f.Disputed}
	if f.Known {
		out.Value = f.Value
	}
	if f.Err != nil {
		out.Error = f.Err.Error()
	}
	return out
}
