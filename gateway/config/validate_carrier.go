package config

import (
	"fmt"
	"regexp"
	"time"
)

var prefixPattern = regexp.MustCompile(`^\+?[1-9][0-9]{0,14}$`)

func (d *decoder) carriers(c *Config) {
	names := map[string]string{}
	for i := range c.Carriers {
		k, path := &c.Carriers[i], fmt.Sprintf("carriers[%d]", i)
		if d.hasProblem(path + ".url") {
			continue // what it would have set is missing: told once
		}
		d.unique(path+".name", k.Name, names)
		d.address(path+".addr", k.Addr)
		d.carrier(k, path)
		d.tls(k, path+".tls")
		if k.TLS.Insecure {
			c.Warnings = append(c.Warnings, path+".tls.insecure: whoever is in between can read and send everything; for tests only")
		}
	}
}

func (d *decoder) carrier(k *Carrier, path string) {
	// SMPP 3.4 §5.2.1 and §5.2.2: C-Octet Strings of 16 and 9 octets with
	// their NUL. Passwords longer than that are common and let through.
	if len(k.SystemID) == 0 || len(k.SystemID) > 15 {
		d.addf(path+".system_id", "must have 1 to 15 characters")
	}
	if most := k.passwordMax(); len(k.Password) > most {
		d.addf(path+".password", "has %d characters; this carrier reads at most %d", len(k.Password), most)
	}
	if len(k.SystemType) > 12 {
		d.addf(path+".system_type", "must have at most 12 characters")
	}
	d.oneOf(path+".bind", k.Bind, "transceiver", "transmitter+receiver", "transmitter", "receiver")
	if k.Bind == "receiver" {
		d.addf(path+".bind", "only receives, and nothing can be sent over it: write transmitter+receiver")
	}
	d.oneOf(path+".driver", k.Driver, "native", "go-smpp")
	between(d, path+".links", k.Links, 1, 64)
	between(d, path+".window", k.Window, 1, 10_000)
	between(d, path+".tps", k.TPS, 0, 1e6)
	between(d, path+".weight", k.Weight, 0, 1000)
	between(d, path+".price", k.Price, 0, 1000)
	between(d, path+".enquire_interval", k.EnquireInterval, time.Second, time.Hour)
	between(d, path+".response_timeout", k.ResponseTimeout, 100*time.Millisecond, 5*time.Minute)
	between(d, path+".bind_timeout", k.BindTimeout, 100*time.Millisecond, 5*time.Minute)
	between(d, path+".dead_after", k.DeadAfter, time.Second, time.Hour)
	for i, p := range k.Prefixes {
		d.matches(fmt.Sprintf("%s.prefixes[%d]", path, i), p, prefixPattern, "the first digits of international numbers, such as 49170")
	}
}

func (d *decoder) tls(k *Carrier, path string) {
	for name, file := range map[string]string{"ca_file": k.TLS.CAFile, "cert_file": k.TLS.CertFile, "key_file": k.TLS.KeyFile} {
		if file != "" {
			d.readable(file, path+"."+name)
		}
	}
	if (k.TLS.CertFile == "") != (k.TLS.KeyFile == "") {
		d.addf(path, "cert_file and key_file belong together")
	}
	if !k.TLS.Enabled && (k.TLS.ServerName != "" || k.TLS.Insecure) {
		d.addf(path, "is not enabled; add enabled: true or write the URL with smpps://")
	}
}

// passwordMax is the longest password that the carrier takes, in octets; 64 is
// what smpp/pdu writes.
func (c *Carrier) passwordMax() int {
	if c.Settings != nil && c.Settings.PasswordMax > 0 {
		return c.Settings.PasswordMax
	}
	return 64
}
