package send

import (
	"errors"
	"fmt"
	"strconv"
)

// rateFlag is one of the two flags of the rate. The second one would take the
// place of the first without a word.
type rateFlag struct {
	rate  *Rate
	name  string
	given *string // which of them was given; shared by both
}

func (f *rateFlag) String() string {
	if f.rate == nil { // asked by package flag of a zero one
		return ""
	}
	return f.rate.String()
}

// Set reads the flag.
func (f *rateFlag) Set(text string) error {
	if *f.given != "" && *f.given != f.name {
		return errors.New("give --rate or --ramp, not both")
	}
	*f.given = f.name
	return f.rate.Set(text)
}

// countFlag is a number from 1: in a Config 0 is the default, on a command line
// it is a mistake.
type countFlag struct{ n *int }

func (f countFlag) String() string {
	if f.n == nil {
		return ""
	}
	return strconv.Itoa(*f.n)
}

// Set reads the flag.
func (f countFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("%q: a whole number from 1", text)
	}
	*f.n = n
	return nil
}
