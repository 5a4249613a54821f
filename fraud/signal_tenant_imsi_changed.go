package fraud

import "time"

// tenantIMSI compares what the tenant's app read from the handset with that
// tenant's own earlier claims. Anybody can claim anything: it may ask for more
// proof, and never freezes.
var tenantIMSI = &Signal{
	Code: "TENANT_IMSI_CHANGED", Group: groupClaims, Description: "the tenant's device block names another SIM (IMSI) than it did before",
	aged:     func(f *Facts) (time.Duration, bool) { return f.SIM.TenantIMSI.aged() },
	evidence: func(f *Facts) string { return "SIM (IMSI) as the app reads it changed " + f.SIM.TenantIMSI.between() },
}
