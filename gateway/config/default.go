package config

import "time"

// year is how long what tells of a subscriber is kept: a number is given to
// somebody else well within it.
const year = 400 * 24 * time.Hour

// Default is what a missing setting means.
func Default() *Config {
	return &Config{
		API: API{
			Listen: "127.0.0.1:8080", BodyLimit: 64 << 10, Timeout: 5 * time.Second,
			ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 75 * time.Second,
			DrainTimeout: 15 * time.Second, MaxInFlight: 8192, MaxConnections: 16384,
		},
		Ops:       Ops{Listen: "127.0.0.1:9090"},
		Store:     Store{URL: "pebble:data", MinFreeBytes: 512 << 20},
		Log:       Log{Format: "text", Level: "info"},
		Policy:    "default",
		HLR:       HLR{Budget: 150 * time.Millisecond, MaxAge: 5 * time.Second},
		Record:    Record{MaxBytes: 64 << 20, MaxAge: time.Hour, Keep: 14 * 24 * time.Hour, KeepBytes: 8 << 30},
		Queue:     Queue{MaxMessages: 200_000, MaxBytes: 128 << 20, MaxAwaiting: 4_000_000, MaxAge: 30 * time.Minute},
		Counters:  Counters{Numbers: 1 << 18, Ranges: 1 << 16, Addresses: 1 << 16, Devices: 1 << 16, Flows: 1 << 18, Waiting: 1 << 16},
		Retention: Retention{Messages: 30 * 24 * time.Hour, Refusals: 24 * time.Hour, Reviews: year, Numbers: year, Identities: year},
		Webhooks:  Webhooks{Queue: 10_000, Workers: 8, Timeout: 5 * time.Second},
		SMSC:      SMSC{Listen: "127.0.0.1:2775"},
	}
}

// DefaultCarrier is what a missing setting of a carrier means.
func DefaultCarrier() Carrier {
	return Carrier{
		Bind: "transceiver", Links: 1, Window: 100, Driver: "native", ReceiptIDs: "auto",
		EnquireInterval: 30 * time.Second, ResponseTimeout: 10 * time.Second, BindTimeout: 5 * time.Second,
		DeadAfter: 30 * time.Second, Weight: 1,
	}
}
