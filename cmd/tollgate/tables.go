package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"tollgate/fraud/address"
	"tollgate/fraud/numbering"
	"tollgate/gateway"
	"tollgate/gateway/config"
)

// loadTables takes the compiled data sets, with the operator's lists over them.
func loadTables(lists *config.Lists) (t gateway.Tables, err error) {
	if t.Disposable, err = numbering.ShippedDisposable(); err != nil {
		return t, err
	}
	if t.Dear, err = numbering.ShippedDear(); err != nil {
		return t, err
	}
	if t.Addresses, err = address.Shipped(); err != nil {
		return t, err
	}
	errs := []error{
		reading(lists.Disposable, func(r io.Reader) error {
			own, err := numbering.LoadDisposable(r)
			if err == nil {
				t.Disposable = t.Disposable.With(own)
			}
			return err
		}),
		reading(lists.IRSF, func(r io.Reader) error {
			own, err := numbering.LoadDear(r)
			if err == nil {
				t.Dear = t.Dear.With(own)
			}
			return err
		}),
	}
	for _, one := range []struct {
		file string
		as   func(io.Reader) address.Lists
	}{
		{lists.Tor, func(r io.Reader) address.Lists { return address.Lists{Tor: r} }},
		{lists.Datacentre, func(r io.Reader) address.Lists { return address.Lists{Datacentre: r} }},
		{lists.Ordinary, func(r io.Reader) address.Lists { return address.Lists{Ordinary: r} }},
	} {
		errs = append(errs, reading(one.file, func(r io.Reader) error {
			with, err := t.Addresses.With(one.as(r))
			if err == nil {
				t.Addresses = with
			}
			return err
		}))
	}
	if err := errors.Join(errs...); err != nil {
		return t, usageError{err}
	}
	return t, nil
}

// reading opens a file, if one is named, for f.
func reading(file string, f func(io.Reader) error) error {
	if file == "" {
		return nil
	}
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := f(in); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
