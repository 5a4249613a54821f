package main

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"tollgate/gateway/config"
	"tollgate/hlr/osmohlr"
	"tollgate/hlr/subscriber"
)

// newOsmoHLR makes the provider of osmohlr://HOST:4259, with ?home=26201 for
// the network that all its subscribers belong to.
func newOsmoHLR(p *config.HLRProvider, log *slog.Logger) (*osmohlr.Provider, error) {
	home, err := homeNetwork(p.Query)
	if err != nil {
		return nil, err
	}
	return osmohlr.New(osmohlr.Config{Name: p.Name, Addr: p.Addr, Home: home}, log), nil
}

func homeNetwork(query url.Values) (subscriber.PLMN, error) {
	for key := range query {
		if key != "home" {
			return "", fmt.Errorf("there is no parameter %q; there is home", key)
		}
	}
	home := query.Get("home")
	if n := len(home); query.Has("home") && n != 5 && n != 6 || strings.Trim(home, "0123456789") != "" {
		return "", fmt.Errorf("home=%s: write MCC and MNC joined, as in 26201", home)
	}
	return subscriber.PLMN(home), nil
}
