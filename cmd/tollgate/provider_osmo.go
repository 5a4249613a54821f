package main

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"tollgate/gateway/config"
	"tollgate/hlr/osmohlr"
	"tollgate/hlr/osmomsc"
	"tollgate/hlr/subscriber"
)

// newOsmoHLR makes the provider of osmohlr://HOST:4259, with ?home=26201 for
// the network that all its subscribers belong to.
func newOsmoHLR(p *config.HLRProvider, log *slog.Logger) (*osmohlr.Provider, error) {
	home, err := networkOf(p.Query, "home")
	if err != nil {
		return nil, err
	}
	return osmohlr.New(osmohlr.Config{Name: p.Name, Addr: p.Addr, Home: home}, log), nil
}

// newOsmoMSC makes the provider of osmomsc://HOST:4254, with ?network=26201 for
// the network that it serves.
func newOsmoMSC(p *config.HLRProvider) (*osmomsc.Provider, error) {
	network, err := networkOf(p.Query, "network")
	if err != nil {
		return nil, err
	}
	return osmomsc.New(osmomsc.Config{Name: p.Name, Addr: p.Addr, Network: network}), nil
}

// networkOf is the network that the only parameter of a provider's URL names,
// if there is one.
func networkOf(query url.Values, parameter string) (subscriber.PLMN, error) {
	for key := range query {
		if key != parameter {
			return "", fmt.Errorf("there is no parameter %q; there is %s", key, parameter)
		}
	}
	plmn := query.Get(parameter)
	if n := len(plmn); query.Has(parameter) && n != 5 && n != 6 || strings.Trim(plmn, "0123456789") != "" {
		return "", fmt.Errorf("%s=%s: write MCC and MNC joined, as in 26201", parameter, plmn)
	}
	return subscriber.PLMN(plmn), nil
}
