package numbering

import (
	"errors"
	"fmt"

	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud/numbering/internal/table"
)

// ErrInvalid is what every error of Parse is, for errors.Is.
var ErrInvalid = errors.New("invalid phone number")

// Reason says in one word why a number was refused.
type Reason string

// The reasons there are.
const (
	NotANumber  Reason = "not_a_number"
	Extension   Reason = "extension"
	TooShort    Reason = "too_short"
	TooLong     Reason = "too_long"
	CallingCode Reason = "calling_code" // no or an unknown country calling code
	NotValid    Reason = "not_valid"    // a possible length, but no range in the numbering plan
	NoRegion    Reason = "no_region"    // the default region is not one
)

// InvalidError is a refused number. Detail tells the caller's developer what
// to do; it never quotes the number.
type InvalidError struct {
	Reason Reason
	Detail string
}

func (e *InvalidError) Error() string { return "invalid phone number: " + e.Detail }

// Is makes every InvalidError an ErrInvalid.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

func invalid(r Reason, format string, args ...any) error {
	return &InvalidError{Reason: r, Detail: fmt.Sprintf(format, args...)}
}

// parseError translates the library's refusal to parse.
func parseError(err error, region string) error {
	switch {
	case errors.Is(err, phonenumbers.ErrTooShortNSN), errors.Is(err, phonenumbers.ErrTooShortAfterIDD):
		return invalid(TooShort, "it has too few digits to be a phone number")
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return invalid(TooLong, "it has more digits than any number%s", in(region))
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode) && region != "":
		return invalid(NoRegion, "the default region %q is not one: use an ISO 3166-1 alpha-2 code", region)
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return invalid(CallingCode, "it does not begin with a country calling code: write it as +, calling code, number")
	}
	return invalid(NotANumber, "it cannot be read as a phone number")
}

// notValid says why a number that could be parsed is in no range.
func notValid(cc, digits int, region string) error {
	plan := plans.main[cc]
	if plan == nil {
		return invalid(CallingCode, "its country calling code is not assigned")
	}
	if region == "" {
		region = plan.Name
	}
	switch plan.Lengths[min(digits, table.MaxDigits)] {
	case table.TooShort, table.LocalOnly:
		return invalid(TooShort, "it is too short for a number%s", in(region))
	case table.TooLong:
		return invalid(TooLong, "it is too long for a number%s", in(region))
	}
	return invalid(NotValid, "no range of the numbering plan%s holds it", in(region))
}

func in(region string) string {
	switch region {
	case "":
		return ""
	case nonGeographic:
		return " of its calling code"
	}
	return " of " + region
}
