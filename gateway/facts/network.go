package facts

import (
	"slices"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/hlr"
)

func (n *Network) line(f *fraud.Facts) {
	a := n.Answer
	if a.LineType != "" {
		f.Number.LineType = fraud.LineType(a.LineType)
	}
	f.Number.PLMN = a.Home
	if f.Number.PLMN == "" {
		f.Number.PLMN = a.PLMN
	}
	if n, ok := numbering.NetworkOf(f.Number.PLMN); ok {
		f.Number.MVNO = n.MVNO
	}
	f.Location.Country = numbering.CountryOfMCC(a.PLMN.MCC())
	if len(n.Networks) > 0 && f.Number.PLMN != "" {
		f.Number.CarrierAllowed = slices.Contains(n.Networks, f.Number.PLMN)
	}
	f.Location.Roaming = a.Roaming != nil && *a.Roaming || a.Roaming == nil && a.Home != "" && a.PLMN != "" && a.Home.MCC() != a.PLMN.MCC()
	f.Location.Unreachable = a.Reachable != nil && !*a.Reachable
	f.Location.CallForwarding = a.CallForwarding != nil && *a.CallForwarding
}

func port(a *hlr.Answer, f *fraud.Facts) {
	dated := past(a.PortedAt, f.At)
	f.Porting.Ported = a.Ported != nil && *a.Ported || dated
	if dated {
		f.Porting.Dated, f.Porting.Since = true, Age(f.At, a.PortedAt)
	}
}

// changes reads the changes that no review has acknowledged.
func (n *Network) changes(f *fraud.Facts, ack time.Time) {
	r := n.Record
	f.SIM.IMSI, f.SIM.ICCID = change(r, hlr.FieldIMSI, f.At, ack), change(r, hlr.FieldICCID, f.At, ack)
	f.Device.IMEI = change(r, hlr.FieldIMEI, f.At, ack)
	l := &f.Location
	l.Cell, l.VLR, l.Network = change(r, hlr.FieldLocation, f.At, ack), change(r, hlr.FieldVLR, f.At, ack), change(r, hlr.FieldNetwork, f.At, ack)
	l.Sudden = r.Sudden(f.At, ack)
	f.SIM.VanishedNew = r.VanishedBefore(ack)
}

func change(r hlr.Record, field hlr.Field, now, ack time.Time) (a fraud.Age) {
	a.Min, a.Max, a.Changed = r.Change(field, now, ack)
	return a
}

// dated is a change that the network dates itself.
func dated(c hlr.LastChange, now, judged time.Time) (a fraud.Age) {
	a.Min, a.Max, a.Changed = c.Age(now, judged)
	return a
}
