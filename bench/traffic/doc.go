// Package traffic generates labelled OTP traffic: what the auth services that
// send through Tollgate, the people behind them, the networks and the attackers
// would do, as events of the replay contract (DESIGN.md, "Replay"), one JSON
// object a line, in time order.
//
// It is a simulation of processes. Each person has a phone, a card, a network, a
// home and habits, and acts: asks for a code, waits, asks again, mistypes, gives
// up. Each campaign has a goal, numbers, addresses, devices and a pace. Whatever
// is planned waits in one heap of tasks; what happens is written at once, so
// that memory holds the tenants' members and what is under way, not the file.
// It is an open loop: nobody here knows what a policy decides, so that checks
// and receipts follow every send. The same flags give the same octets.
//
// It was written apart from the signals that it judges. It knows none of their
// thresholds, windows or tables; it shares with them the numbering plan (is this
// a valid mobile number?) and nothing else. No public labelled set of OTP
// pumping exists; this one is ours, and says what it assumes. Seeds 1 to 20 are
// for tuning, others for judging.
//
// # Kinds
//
//	           attacks  pace        addresses                 devices         ranges           conversion
//	crude      10 %     14/min      hosting, few VPN, homes   about 5, scripts  about 600 long  none but in kinds that convert
//	adaptive    4 %     3.5/min     homes and mobile, right   another each     6 to 100, then   half of the campaigns fake
//	                    and asleep  country, another each     time             the next         5 to 50 %
//	           at night
//	drift       6 %     30 % of the campaigns adaptive at first, 75 % of those after the half; a campaign that lasts
//	                    beyond it draws tactics and ranges anew. Tenants change countries, conversion (x 0.82 to 1.06),
//	                    share of newcomers and volume, and open in a country each.
//
// # Benign groups, label legit:GROUP
//
//	group         share   parameters                                                              taken from
//	new           22 %    sign-ups; convert 85 to 96 % by tenant, of those whom the code reached   [1] 85-95 %
//	returning     44 %    members, active ones more often; 12 % of logins lead to a withdrawal     ours
//	dropout        6 %    the tenant whose sign-ups convert at 40 %                                [1] 40 %
//	vpn            2 %    VPN exits, Apple's relay egress [5], company gateways, own servers       3 % of people, ours
//	voip         0.5 %    a VoIP number that is theirs                                             ours
//	typo         0.8 %    a digit wrong or two swapped, half of these nobody's                     ours
//	shared         2 %    2 to 5 accounts on an address, three quarters of them on one device      ours
//	flash          6 %    about one in four days; within 20 to 240 min, half in any country        [1] hard benign
//	cgnat        4.5 %    one every two days; one address of a carrier for 1 to 14 h               [1], [4]
//	company      2.5 %    lots of about 45 consecutive numbers, in a morning; half in their order  [1]
//	qa           1.2 %    2 to 5 testers a team, office hours, 1 to 9 codes in a row               ours
//	outage         1 %    35 to 110 min, 35 to 90 % lost, the rest late by minutes                 [1]
//	traveller    2.5 %    1 to 4 visits abroad after a flight at 750 km/h and 3 h of airports       [1]
//	sim_replaced 1.5 %    half with a gap of about 45 min; 38 % with another phone; visits after    [1]
//	                      hours (35 %), days (45 %), up to 90 days (20 %)
//	ported         1 %    30 % with a gap; 30 % with another phone                                 [1], [3]
//	new_phone      2 %    first login within an hour of the change, mostly                         ours
//	recycled       1 %    the new holder signs up, a third of them at the former one's service     [6]
//
// The hard groups are far more frequent than in life, so that a rate can be
// measured in each: their false positives weigh accordingly in any total.
// The shares of new, returning, dropout and vpn come of the tenants' mix. People
// also move between cells (30 % of visits), clear cookies, double-click, use a
// second card, are asked on the computer and type on the phone. A fifth of lines
// have no record at all; of the others a network tells all, place, IMSI or its
// name alone, as SMS home routing (3GPP TR 23.840) leaves it.
//
// # Attacks, label KIND:INSTANCE
//
// Sizes are log-normal (median 180, sigma 1.1), times the kind's own scale, then
// all scaled so that their sum is the share of attacks; none below 30 planned.
//
//	pump_*            numbers of blocks that a reseller shares the fee of: partly filled ones of ordinary networks,
//	                  partly empty; mostly in countries named in reports on AIT [7], careful ones in the tenant's own
//	pump_converted    20 to 100 % of codes typed in, from the same or another device, at a steady or a human time [1]
//	irsf              satellite, premium, dear islands [8], a quarter of the campaigns unallocated numbers
//	bot_datacentre    hosting or VPN addresses, numbers all over a country
//	device_farm       2 to 30 phones, consecutive cards, one cell; 60 to 97 % verified
//	voip_signup       rented VoIP numbers and some that are used again and again; 60 to 97 % verified
//	brute_force       3 to 20 guesses a code in seconds; adaptive: 1 to 4 in minutes, another address each
//	takeover          a login with the password, the code talked out of 30 % of the victims in about 75 s
//	sim_swap          45 % with a gap of about 12 min, 85 % another phone, 80 % another place; first code after
//	                  about 15 min (adaptive: 2 h), ours; 35 % try a login before; the victim has a new card in 1 to 6 days
//	port_out          the same, with ported_at and another network [3]
//	recycled          the new holder logs in to, or recovers, the former one's account [6]
//
// # Sources
//
//	[1] Facts of this project on numbers and fraud: patterns, hard benign traffic, normal conversions, faked
//	    conversions up to 100 %, inflated traffic 5 to 18 % of A2P.
//	[2] Lee, Kaiser, Mayer, Narayanan: An Empirical Study of Wireless Carrier Authentication for SIM Swaps (SOUPS 2020).
//	[3] FCC 23-95, Protecting Consumers from SIM Swap and Port-Out Fraud (2023).
//	[4] RFC 6888 (carrier-grade NAT): many subscribers behind an address.
//	[5] iCloud Private Relay's egress networks: Akamai, Cloudflare, Fastly.
//	[6] Lee, Narayanan: Security and Privacy Risks of Number Recycling at Mobile Carriers (2021).
//	[7] Countries that operators and aggregators name again and again; no list is authoritative.
//	[8] ITU-T E.164 list of assigned country codes; CFCA's fraud loss surveys name the destinations.
//
// Where a figure says ours, or no source, it is an assumption to be corrected by
// whoever has real traffic. Autonomous systems are real ones; their prefixes are
// of the right shape and mostly theirs, but no registry was asked.
package traffic
