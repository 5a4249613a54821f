// Package camara asks a mobile network through its CAMARA APIs, by OAuth 2
// client credentials, and reads the SIM swaps that the network pushes.
//
// Each API is a provider of its own (Client.Providers), so that it has its own
// cache entry, breaker and time-out: where one is down, its facts are unknown
// and those of the others are told; and the fence, which needs the SIM alone,
// pays for one request and not for six.
//
//	API                         version  made from                asked                            tells
//	sim-swap                    v2       SimSwap r3.3             retrieve-date, then check        sim_change
//	sim-swap-check              v2       SimSwap r3.3             check alone                      sim_change
//	device-swap                 v1       DeviceSwap r3.2          retrieve-date, then check        device_change
//	device-swap-check           v1       DeviceSwap r3.2          check alone                      device_change
//	number-recycling            v0.2     NumberRecycling r2.2     check, several dates if it is    recycled
//	call-forwarding-signal      v0.3     its version 0.3.0        unconditional-call-forwardings   call_forwarding
//	device-roaming-status       v1       its version 1.0.0        retrieve                         roaming
//	device-reachability-status  v1       its version 1.0.0        retrieve                         reachable
//
// A date that the network withholds comes with the period that it watches
// ("not changed in the last 120 days"), or with nothing: then check is asked for
// Config.MaxAges, and an interval is what is known. Where check is not asked
// either, the fact is not told.
//
// The access token is fetched and refreshed in the background, before it ends.
// A lookup without one fails at once; one whose token is refused with 401 is
// made once more if a new token comes in its time.
//
// What an answer means (CAMARA Commonalities r3, error codes):
//
//	404 IDENTIFIER_NOT_FOUND, DEVICE_NOT_FOUND    the number is another network's: hlr.ErrNotCovered
//	422 SERVICE_NOT_APPLICABLE,
//	    UNSUPPORTED_IDENTIFIER and the older names    not covered
//	429                                           hlr.ThrottledError
//	anything else than 200                        an error: the facts are unknown
//
// 403 is an error and not "not covered": a scope that was lost would look clean.
// So is JSON with a key twice or a required one missing, a value of another type,
// a date without zone, before mobile phones or ahead of the clock by more than
// Config.Skew, an answer above 64 KiB, a redirect. An answer that names another
// number is hlr.ErrOtherNumber. No answer of this package says "no such
// subscriber", which would be a swap in flight.
//
// Errors name no number, no token and nothing of an answer but an error code of
// the specifications.
package camara
