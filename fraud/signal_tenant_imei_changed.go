package fraud

import "time"

// tenantIMEI is another handset by the tenant's own claims: mostly a new phone.
var tenantIMEI = &Signal{
	Code: "TENANT_IMEI_CHANGED", Group: groupClaims, Description: "the tenant's device block names another handset (IMEI) than it did before",
	aged: func(f *Facts) (time.Duration, bool) { return f.Device.TenantIMEI.aged() },
	evidence: func(f *Facts) string {
		return "handset (IMEI) as the app reads it changed " + f.Device.TenantIMEI.between()
	},
}
