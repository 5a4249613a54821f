package fraud

import "fmt"

// datacentre is a client in a hosting network, where people seldom sit.
var datacentre = &Signal{
	Code: "DATACENTRE", Group: groupClient, Description: "the client's IP belongs to a hosting network",
	flag: func(f *Facts) float64 { return when(f.Client.Datacentre) },
	evidence: func(f *Facts) string {
		if f.Client.ASN == 0 {
			return "client's IP belongs to a hosting network"
		}
		return fmt.Sprintf("client's IP belongs to hosting network AS%d", f.Client.ASN)
	},
}
