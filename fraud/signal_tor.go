package fraud

// tor is a client behind an exit of the Tor network.
var tor = &Signal{
	Code: "TOR", Group: groupClient, Description: "the client's IP is a Tor exit",
	flag:     func(f *Facts) float64 { return when(f.Client.Tor) },
	evidence: told("client's IP is a Tor exit"),
}
