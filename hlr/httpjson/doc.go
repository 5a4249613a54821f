// Package httpjson is a provider that asks any vendor's number lookup over
// HTTP, by a mapping file: YAML that says how the request is made and where in
// the JSON answer each fact stands. Mappings for three vendors ship in
// configs/hlr and are named without a path, as in httpjson:infobip.
//
//	request:
//	  method: POST                 # GET is the default
//	  url: https://vendor.example/lookup/{digits}?fields=all
//	  headers: {X-Api-Key: "{env:VENDOR_KEY}"}
//	  auth: {bearer: "{secret}"}   # or basic: {user: ..., password: ...}
//	  body: '{"to": "{msisdn}"}'
//	  ca_file: vendor-ca.pem       # instead of the system's certificates
//	response:
//	  number: results[0].to        # must be the number that was asked for; none: the vendor does not repeat it
//	  errors: [{path: status.code, is_not: [0]}]
//	  throttled: [{path: status.code, is: [9]}]
//	  not_covered: [{path: status.text, is: [NO_COVERAGE]}]
//	  absent: [{path: results[0].state, is: [UNKNOWN_SUBSCRIBER]}]
//	  facts:
//	    imsi: results[0].imsi
//	    home_network: {mcc: results[0].mcc, mnc: results[0].mnc}
//	    ported_at: {path: results[0].ported_on, format: date}
//	    reachable: {path: results[0].state, yes: [CONNECTED], no: [ABSENT], unknown: [UNDETERMINED]}
//	    line_type: {path: results[0].type, words: {landline: fixed, cell: mobile}}
//	  cost: results[0].price       # added up in tollgate_httpjson_cost_total
//	status: {404: not_covered}     # or absent, error (the default), throttled
//
// In url, headers, auth and body stand {msisdn} (+491701234567), {digits}
// (491701234567), {country} (49) and {national} (1701234567) for the number, and
// {secret} (of the provider's configuration), {env:NAME} and {file:PATH} (relative
// to the mapping) for what must not stand in the mapping. They are escaped as
// their place needs it. Other braces are left alone.
//
// A path is keys joined by dots and [n] for the n-th element, from 0; a key with
// a dot or bracket in it is written ["so"], and ["{digits}"] is the key that is
// the number itself. What is not there, null or "", or
// listed under unknown, is not told. A value of the wrong kind, such as an IMSI
// with letters, fails the lookup; a word that no list has leaves out its fact,
// which is then unknown, and is logged once. Neither ever counts as a "no".
//
// A fact with only_if, a list of conditions, is told when one of them holds.
//
// Map imsi only where the vendor tells the subscriber's own. Most networks hide it
// behind SMS home routing (3GPP TR 23.840), and what comes then is another one at
// each lookup, which looks like a SIM swap each time. "absent" counts only where
// imsi is mapped: what knows no identities cannot tell that one vanished.
//
// The facts are imsi, iccid, imei, vlr (or the MSC), network (serves the handset
// now), home_network (the number's own, after porting), original_network (the one
// before; tells ported where the vendor has no word for it), ported, ported_at,
// roaming, reachable, line_type, call_forwarding and recycled_at.
//
// An answer may have 64 KiB; JSON with a key that stands there twice, or nested
// deeper than 32, is refused. Redirects are not followed. Plain http is for
// loopback alone. Vendors ask the network, which takes seconds: give the provider a
// timeout of its own, so that a late answer still fills the cache. HTTP 429 is hlr.ThrottledError. Errors hold no number, no URL
// and nothing of an answer.
package httpjson
