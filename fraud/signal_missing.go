package fraud

import "fmt"

// These signals show which part of a wide stream of codes is not typed in
// although it should be: of a mixed stream, that part is the attack's.
var (
	systemConversion = &Signal{
		Code: "SYSTEM_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's clients in this autonomous system",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.System },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected of clients in this autonomous system are missing", 100*f.Velocity.Outcomes.System)
		},
	}
	clientConversion = &Signal{
		Code: "CLIENT_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's clients with this TLS fingerprint (JA4)",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Client },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected of clients with this TLS fingerprint are missing", 100*f.Velocity.Outcomes.Client)
		},
	}
	agentConversion = &Signal{
		Code: "AGENT_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's clients with this User-Agent",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Agent },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected of clients with this User-Agent are missing", 100*f.Velocity.Outcomes.Agent)
		},
	}
	countryConversion = &Signal{
		Code: "COUNTRY_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's sends to the country",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Country) },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected in this country are missing", 100*f.Velocity.Outcomes.Country)
		},
	}
	networkConversion = &Signal{
		Code: "NETWORK_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at all sends to the number's network",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Network) },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected in this network are missing", 100*f.Velocity.Outcomes.Network)
		},
	}
	ownConversion = &Signal{
		Code: "TENANT_NETWORK_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's sends to the number's network",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Own) },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected of the tenant's sends to this network are missing", 100*f.Velocity.Outcomes.Own)
		},
	}
	classConversion = &Signal{
		Code: "CLASS_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's sends that look like this one at a glance",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Class },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the approvals expected of sends that look like this one are missing", 100*f.Velocity.Outcomes.Class)
		},
	}
)

// stream is what a country's or network's stream misses, unless its messages
// fail at large: then nobody is to blame.
func (o *Outcomes) stream(missing float64) float64 {
	if o.Outage {
		return 0
	}
	return missing
}

// The surge signals see a country, or a sort of send, of which there are more
// than the tenant is used to.
var (
	countrySurge = &Signal{
		Code: "COUNTRY_SURGE", Group: groupStream, Description: "part of the tenant's latest sends to the country that is more than usual",
		ramp: func(f *Facts) float64 { return f.Velocity.CountryExcess },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the latest sends to this country are more than usual", 100*f.Velocity.CountryExcess)
		},
	}
	// oddSurge is of sends that each have a mark against them which people have
	// too, now and then: not many at once.
	oddSurge = &Signal{
		Code: "ODD_SURGE", Group: groupStream, Description: "CLASS_SURGE of sends with another device than the verified one, from a hosting network or to no mobile line",
		ramp: func(f *Facts) float64 {
			if f.otherDevice() || f.Client.Datacentre || f.Number.OddLine() {
				return f.Velocity.ClassExcess
			}
			return 0
		},
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the latest sends as odd as this one are more than usual", 100*f.Velocity.ClassExcess)
		},
	}
	classSurge = &Signal{
		Code: "CLASS_SURGE", Group: groupStream, Description: "part of the tenant's latest sends that look like this one at a glance that is more than usual",
		ramp: func(f *Facts) float64 { return f.Velocity.ClassExcess },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the latest sends that look like this one are more than usual", 100*f.Velocity.ClassExcess)
		},
	}
)
