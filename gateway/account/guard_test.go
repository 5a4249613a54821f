package account

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "172.15.0.1": true, "172.32.0.1": true, "100.63.0.1": true, "100.128.0.1": true,
		"2606:4700::1111": true, "2a00:1450::1": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.9.9.9": false, "0.0.0.0": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"240.0.0.1": false, "192.0.2.1": false,
		"::": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "::127.0.0.1": false, "fe80::1": false,
		"fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "fec0::1": false, "ff02::1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:0:7f00:1::": false, "2001:db8::1": false,
	} {
		if got := public(netip.MustParseAddr(addr)); got != want {
			t.Errorf("public(%s) = %v", addr, got)
		}
	}
}

func TestGuardDial(t *testing.T) {
	for _, address := range []string{"127.0.0.1:443", "[::1]:443", "[fe80::1%lo]:80", "169.254.169.254:80"} {
		if err := guardDial("tcp", address, nil); !errors.Is(err, errGuarded) {
			t.Errorf("guardDial(%s) = %v", address, err)
		}
	}
	if err := guardDial("tcp", "8.8.8.8:443", nil); err != nil {
		t.Errorf("a public address: %v", err)
	}
	if err := guardDial("unix", "/run/some.sock", nil); err == nil {
		t.Error("a path was dialed")
	}
}

func TestCheckURL(t *testing.T) {
	for _, c := range []struct {
		url             string
		public, private bool // taken without and with both permissions
	}{
		{"https://example.com/hook?token=x", true, true},
		{"https://example.com:8443", true, true},
		{"http://example.com/hook", false, true},
		{"http://127.0.0.1:8080/", false, true},
		{"https://127.0.0.1/", false, true},
		{"https://[::1]/", false, true},
		{"https://169.254.169.254/latest", false, true},
		{"https://user:secret@example.com/", false, false},
		{"ftp://example.com/", false, false},
		{"file:///etc/passwd", false, false},
		{"https:///path", false, false},
		{"https:example.com", false, false},
		{"example.com/hook", false, false},
		{"", false, false},
		{"https://exa mple.com/", false, false},
		{"https://example.com/" + strings.Repeat("a", maxURL), false, false},
	} {
		for allow, want := range map[bool]bool{false: c.public, true: c.private} {
			err := CheckURL(c.url, allow, allow)
			if (err == nil) != want {
				t.Errorf("CheckURL(%.40q, %v) = %v", c.url, allow, err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error quotes the URL: %v", err)
			}
		}
	}
}

// Plain http and private addresses are two permissions.
func TestCheckURLOverHTTP(t *testing.T) {
	for _, c := range []struct {
		url           string
		private, http bool
		ok            bool
	}{
		{"http://example.com/h", false, true, true},
		{"http://example.com/h", false, false, false},
		{"http://10.0.0.1/h", false, true, false},
		{"https://10.0.0.1/h", true, false, true},
	} {
		if err := CheckURL(c.url, c.private, c.http); (err == nil) != c.ok {
			t.Errorf("%s with private %v, http %v: %v", c.url, c.private, c.http, err)
		}
	}
}
