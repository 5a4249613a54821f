package fraud

import "time"

// Signal is one thing that Facts can show. It has exactly one of three
// shapes, which says what a policy may set of it:
//
//   - flag: it fires with a strength, 1 for most, and gives strength x points;
//   - ramp: it is a count, and gives nothing up to `from`, all its points from
//     `to` on, and its share between; or the points of a `curve` of several
//     such pieces;
//   - aged: something happened some time ago, and the first of the policy's
//     `steps` that it is within gives the points.
//
// Signals are pure: time is in the Facts.
type Signal struct {
	Code        string
	Group       string
	Description string

	flag func(*Facts) float64
	ramp func(*Facts) float64
	aged func(*Facts) (time.Duration, bool)

	evidence func(*Facts) string // called only when the signal has fired
}

// Info describes a signal for documentation and for closed sets of labels.
type Info struct {
	Code        string
	Group       string
	Description string
}

// The groups of signals; a policy may cap what one group gives in all.
const (
	groupLine       = "line"
	groupCarrier    = "carrier"
	groupSubscriber = "subscriber" // the SIM, its handset, its port and its place: they change together
	groupClaims     = "claims"     // what a tenant's app says, which anybody can make up
	groupVelocity   = "velocity"
	groupRange      = "range"     // one range of numbers: what crowds in it and what becomes of it are one event
	groupOutcome    = "outcome"   // what became of codes sent before under the same keys
	groupStream     = "stream"    // the wide streams that a send is in: a country, a network, what looks like it
	groupSuspicion  = "suspicion" // how much of what came before from around the send looked suspect
	groupClient     = "client"
	groupData       = "data"
	groupHistory    = "history"
	groupControls   = "controls" // what operators and budgets rule out
)

var groups = []string{groupLine, groupCarrier, groupSubscriber, groupClaims, groupVelocity, groupRange, groupOutcome, groupStream, groupSuspicion, groupClient, groupData, groupHistory, groupControls}

// catalog is every signal there is, in the order in which reasons of equal
// points are listed. It holds at most maxSignals.
var catalog = []*Signal{
	lineVoIP, lineDisposable, linePremium, lineFixed, lineTollFree, lineSharedCost, linePager, linePersonal, lineUAN, lineVoicemail, lineDear, lineUnallocated,
	regionUnsupported, carrierUnsupported, mvnoUnsupported, roaming,
	simIMSI, simICCID, simInterval, simAndDevice, subscriberVanished, subscriberAbsent, recycled, deviceIMEI, tenantIMSI, tenantICCID, tenantIMEI,
	portedRecent,
	locationJump, locationChanged, networkChanged, callForwarding, unreachable,
	rangeCrowded, rangeOpen, rangeConversion, rangeConversionAll, rangeVerified, sourceConversion, netConversion,
	systemConversion, clientConversion, agentConversion, countryConversion, networkConversion, ownConversion, fakeConversion, fakeConversionSource,
	classConversion, countrySurge, classSurge, oddSurge, countrySuspected, classSuspected, wrongCodes, wrongCodesDay, accountNumbers, numberAccounts, numberDevices, newDevice, newSystem, elsewhereAnew,
	velocityNumber, velocityNumberDay, velocityIP, velocityNet, fanoutIP, fanoutNet, fanoutDevice, fanoutRange, rangeBurst, sequential, lowEntropy,
	undeliveredBurst, routeConversion, conversionTooGood, crowdAnswered, fanoutASN, fanoutJA4,
	countryMismatch, servedElsewhere, datacentre, tor,
	providerUnavailable, dataMissing, sourcesDisagree,
	newcomer, trustedHistory, verifiedBefore, knownAccount, assurance,
	listedSafe, listedBlocked, rangeBlocked, spendNear, spendCap,
}

var catalogIndex = func() map[string]int {
	m := make(map[string]int, len(catalog))
	for i, s := range catalog {
		m[s.Code] = i
	}
	return m
}()

// Signals lists every signal that a policy can weigh, in catalog order.
func Signals() []Info {
	out := make([]Info, len(catalog))
	for i, s := range catalog {
		out[i] = Info{s.Code, s.Group, s.Description}
	}
	return out
}

// when turns a condition into the strength of a flag.
func when(fires bool) float64 {
	if fires {
		return 1
	}
	return 0
}

// at is the points of a curve at a value.
func at(curve []knot, v float64) float64 {
	if v <= curve[0].value {
		return curve[0].points
	}
	for i := 1; i < len(curve); i++ {
		if a, b := curve[i-1], curve[i]; v < b.value {
			return a.points + (b.points-a.points)*(v-a.value)/(b.value-a.value)
		}
	}
	return curve[len(curve)-1].points
}
