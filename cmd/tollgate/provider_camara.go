package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/api"
	"tollgate/gateway/config"
	"tollgate/hlr"
	"tollgate/hlr/camara"
	"tollgate/hlr/subscriber"
)

// camaraTimeout is the default time-out of a network's APIs. They take longer
// than a decision's budget; a late answer still fills the cache.
const camaraTimeout = 2 * time.Second

// camaraParameters are those of camara+https://HOST/BASE?...
const camaraParameters = "client_id, secret_file, token_url, scope, auth, ca, apis, max_age, recycled_days and events_token_file"

// newCamara makes the providers of camara+https://HOST/BASE?client_id=...
func newCamara(p *config.HLRProvider, log *slog.Logger) ([]hlr.ProviderConfig, error) {
	c, err := camaraConfig(p)
	if err != nil {
		return nil, err
	}
	if _, err := eventsToken(p); err != nil { // used by hooks
		return nil, err
	}
	client, err := camara.New(c, log)
	if err != nil {
		return nil, err
	}
	var list []hlr.ProviderConfig
	for _, one := range client.Providers() {
		asking := p.Asking()
		asking.Provider, asking.Name = one, ""
		if asking.Timeout == 0 {
			asking.Timeout = camaraTimeout
		}
		list = append(list, asking)
	}
	return list, nil
}

// camaraConfig reads the parameters of the URL. The secret itself is none.
func camaraConfig(p *config.HLRProvider) (camara.Config, error) {
	c := camara.Config{Name: p.Name, Base: p.Base, Secret: p.Secret.Reveal()}
	set := map[string]func(string) error{
		"client_id":         func(v string) error { c.ClientID = v; return nil },
		"token_url":         func(v string) error { c.TokenURL = v; return nil },
		"scope":             func(v string) error { c.Scopes = strings.Fields(v); return nil },
		"auth":              func(v string) error { c.Auth = v; return nil },
		"ca":                func(v string) error { c.CAFile = v; return nil },
		"apis":              func(v string) error { c.APIs = strings.Split(v, ","); return nil },
		"max_age":           func(v string) (err error) { c.MaxAges, err = hours(v); return err },
		"recycled_days":     func(v string) (err error) { c.RecycledDays, err = strconv.Atoi(v); return err },
		"events_token_file": func(string) error { return nil }, // for hooks
		"secret_file": func(v string) (err error) {
			if c.Secret != "" {
				return errors.New("the secret is set beside the URL as well; remove one of the two")
			}
			c.Secret, err = secretOf(v)
			return err
		},
	}
	for key, values := range p.Query {
		f, known := set[key]
		if !known && (key == "client_secret" || key == "secret") {
			return c, fmt.Errorf("%s does not belong into a URL: write it into a file and name that by secret_file", key)
		}
		if !known {
			return c, fmt.Errorf("there is no parameter %q; there are %s", key, camaraParameters)
		}
		if err := f(values[len(values)-1]); err != nil {
			return c, fmt.Errorf("%s: %w", key, err)
		}
	}
	return c, nil
}

func hours(list string) (ages []int, err error) {
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, errors.New("write hours, as in 24,240")
		}
		ages = append(ages, n)
	}
	return ages, nil
}

// secretOf reads a secret's file. One newline at its end is the editor's.
func secretOf(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if secret == "" || len(secret) > 4096 || strings.ContainsAny(secret, "\n\x00") {
		return "", fmt.Errorf("%s must hold the secret alone, on one line", file)
	}
	return secret, nil
}

// eventsToken is what the network shows when it pushes; "" where it may not.
func eventsToken(p *config.HLRProvider) (string, error) {
	file := p.Query.Get("events_token_file")
	if p.EventsToken != "" || p.Kind != "camara" || file == "" {
		return p.EventsToken.Reveal(), nil
	}
	token, err := secretOf(file)
	if err != nil {
		return "", fmt.Errorf("events_token_file: %w", err)
	}
	return token, nil
}

// hooks are the networks that push SIM swaps, by the name of their provider.
func (a *app) hooks() (map[string]api.Hook, error) {
	list := map[string]api.Hook{}
	for i := range a.cfg.HLR.Providers {
		p := &a.cfg.HLR.Providers[i]
		token, err := eventsToken(p)
		if err != nil {
			return nil, usageError{fmt.Errorf("provider %s: %w", p.Name, err)}
		}
		if token != "" {
			list[p.Name] = api.Hook{TokenHash: sha(token), Receive: a.receiver(p.Name)}
		}
	}
	return list, nil
}

// receiver takes what one network pushes.
func (a *app) receiver(provider string) func(context.Context, []byte) error {
	inbox := &camara.Inbox{
		Now: time.Now,
		Swapped: func(ctx context.Context, n subscriber.MSISDN, at time.Time) error {
			return a.service.SIMChanged(ctx, provider, n, at)
		},
		Ended: func(reason string) {
			a.log.Warn("the network ended a SIM swap subscription; no more events of its number come", "provider", provider, "reason", reason)
		},
	}
	return func(ctx context.Context, event []byte) error {
		err := inbox.Receive(ctx, event)
		var bad *camara.EventError
		if errors.As(err, &bad) {
			a.log.Warn("the network pushed an event that cannot be understood", "provider", provider, "error", bad)
			return &gateway.Refusal{Code: gateway.CodeInvalidRequest, Detail: bad.Text}
		}
		return err
	}
}
