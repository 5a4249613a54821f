package fraud

import "time"

// tenantICCID is the card's half of tenantIMSI.
var tenantICCID = &Signal{
	Code: "TENANT_ICCID_CHANGED", Group: groupClaims, Description: "the tenant's device block names another SIM card (ICCID) than it did before",
	aged: func(f *Facts) (time.Duration, bool) { return f.SIM.TenantICCID.aged() },
	evidence: func(f *Facts) string {
		return "SIM card (ICCID) as the app reads it changed " + f.SIM.TenantICCID.between()
	},
}
