package fraud

// subscriberAbsent is a number that the network does not know and never told
// of before: nobody can receive the message.
var subscriberAbsent = &Signal{
	Code: "SUBSCRIBER_ABSENT", Group: groupSubscriber, Description: "the network does not know the number, and never did",
	flag:     func(f *Facts) float64 { return when(f.Lookup.Absent && !f.SIM.Vanished) },
	evidence: told("the network does not know this number"),
}
