package otp

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Request is one text to write.
type Request struct {
	Template string // "" chooses by purpose
	Purpose  string
	Locale   string // BCP 47; "" is English: give the tenant's own here
	Code     string
	Brand    string        // may be empty
	TTL      time.Duration // told in whole minutes, rounded down, at least 1

	// Domain adds the last line "@domain #code", by which a browser binds
	// the code to one site (WICG origin-bound one-time codes).
	Domain string
	// AppHash adds Android's 11 characters on a last line of their own, by
	// which SMS Retriever finds the app. The whole message must then fit 140
	// octets, one part: the caller, who knows the coding, has to check.
	AppHash string
}

// What Render refuses, besides ErrUnknownTemplate and ErrLocale.
var (
	ErrBothBindings = errors.New("otp: a text ends in a web domain's line or an app hash, not in both")
	ErrDomain       = errors.New("otp: the domain is not a host name such as example.com")
	ErrAppHash      = errors.New("otp: an app hash is 11 characters of base64")
)

// Render writes the text of a request.
func (c *Catalog) Render(r Request) (string, error) {
	f, err := c.choose(r.Template, r.Purpose)
	if err != nil {
		return "", err
	}
	t, err := f.in(r.Locale)
	if err != nil {
		return "", err
	}
	last, err := lastLine(&r)
	if err != nil {
		return "", err
	}
	return t.render(&values{
		code:    r.Code,
		brand:   r.Brand,
		minutes: strconv.Itoa(max(1, int(r.TTL/time.Minute))),
		purpose: strings.ReplaceAll(r.Purpose, "_", " "),
	}) + last, nil
}

// lastLine is the line for the machine that reads the message, with the line
// break before it.
func lastLine(r *Request) (string, error) {
	switch {
	case r.Domain != "" && r.AppHash != "":
		return "", ErrBothBindings
	case r.Domain != "":
		if !hostName(r.Domain) {
			return "", ErrDomain
		}
		return "\n@" + r.Domain + " #" + r.Code, nil
	case r.AppHash != "":
		if !appHash(r.AppHash) {
			return "", ErrAppHash
		}
		return "\n" + r.AppHash, nil
	}
	return "", nil
}

// hostName takes DNS names only (RFC 1123 §2.1), at least two labels.
func hostName(s string) bool {
	labels := strings.Split(s, ".")
	if len(s) > 253 || len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.Trim(l, alphanumeric+"-") != "" {
			return false
		}
	}
	return true
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func appHash(s string) bool {
	return len(s) == 11 && strings.Trim(s, alphanumeric+"+/") == ""
}
