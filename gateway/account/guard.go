package account

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"syscall"
)

// errGuarded is a webhook address inside somebody's network. A tenant names
// the URL, so without this it could have the gateway post to any machine that
// the gateway can reach.
var errGuarded = errors.New("the address is not public; allow private ones in the configuration if it is meant")

// reserved are ranges that netip's own predicates do not cover
// (IANA special-purpose registries, RFC 6890 and after).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared address space of carriers
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"),   // NAT64: an IPv4 address inside
	netip.MustParsePrefix("64:ff9b:1::/48"), // NAT64, local use
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), // Teredo, ORCHID and others
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4: an IPv4 address inside
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("5f00::/16"),
	netip.MustParsePrefix("fec0::/10"),
	netip.MustParsePrefix("::/96"), // IPv4-compatible
}

// public says whether an address may be posted to when private ones may not.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// guardDial is a net.Dialer's Control: it sees the address that the name was
// resolved to, so a name that points inside, or points inside only the second
// time it is asked, gets nowhere.
func guardDial(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("webhook: dialing %q: %w", address, err)
	}
	if !public(ap.Addr()) {
		return fmt.Errorf("webhook: %s: %w", ap.Addr(), errGuarded)
	}
	return nil
}

// maxURL is the longest webhook URL, in octets.
const maxURL = 2048

// CheckURL says whether webhooks can be posted to a URL, without resolving
// its name: https, or http where that is allowed, with a host and no user.
// The error does not quote the URL, which may hold a token.
func CheckURL(raw string, allowPrivate, allowHTTP bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return errors.New("webhook: not a URL with a host, such as https://example.com/hook")
	case len(raw) > maxURL:
		return fmt.Errorf("webhook: the URL is longer than %d octets", maxURL)
	case u.User != nil:
		return errors.New("webhook: the URL holds a user or password; what is sent is signed instead")
	case u.Scheme != "https" && (u.Scheme != "http" || !allowHTTP):
		return errors.New("webhook: the URL must be https, unless the configuration allows http")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !allowPrivate && !public(a) {
		return fmt.Errorf("webhook: %w", errGuarded)
	}
	return nil
}
