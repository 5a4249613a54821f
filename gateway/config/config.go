// Package config reads what an operator writes: a YAML file, the environment
// over it, and settings from the command line over both.
//
// Everything wrong is reported at once, each with its file and line. A key
// that is not known is an error, so that a slip of the pen never turns a
// protection off in silence. Secrets do not stand in the file: they are in
// files of their own (password_file) or in the environment (password:
// ${NAME}), and never printed. Relative paths start at the file's directory.
package config

import (
	"time"

	"go.yaml.in/yaml/v3"

	"tollgate/gateway"
	"tollgate/hlr/subscriber"
	"tollgate/smpp/carrier"
)

// Config is a whole configuration. Fields of time.Duration are written as
// 250ms, 5s, 10m, 24h or 30d.
type Config struct {
	API       API               `yaml:"api"`
	Ops       Ops               `yaml:"ops"`
	Store     Store             `yaml:"store"`
	Keys      Keys              `yaml:"keys"`
	Log       Log               `yaml:"log"`
	Policy    string            `yaml:"policy"`   // of tenants that name none
	Policies  map[string]string `yaml:"policies"` // name -> file, over the built-in ones
	Tenants   []Tenant          `yaml:"tenants"`
	Carriers  []Carrier         `yaml:"carriers"`
	HLR       HLR               `yaml:"hlr"`
	Lists     Lists             `yaml:"lists"`
	Spend     Spend             `yaml:"spend"`
	Shadow    []string          `yaml:"shadow"` // policies that decide beside the live one
	Queue     Queue             `yaml:"queue"`
	Counters  Counters          `yaml:"counters"`
	Record    Record            `yaml:"record"`
	Retention Retention         `yaml:"retention"`
	Webhooks  Webhooks          `yaml:"webhooks"`
	SMSC      SMSC              `yaml:"smsc"`
	Replay    Replay            `yaml:"replay"`

	// Warnings are what works and should still be looked at.
	Warnings []string `yaml:"-"`
}

// API is the listener of HTTP v1.
type API struct {
	Listen             string        `yaml:"listen"`
	BodyLimit          Bytes         `yaml:"body_limit"`
	Timeout            time.Duration `yaml:"timeout"`
	ReadTimeout        time.Duration `yaml:"read_timeout"`
	WriteTimeout       time.Duration `yaml:"write_timeout"`
	IdleTimeout        time.Duration `yaml:"idle_timeout"`
	DrainTimeout       time.Duration `yaml:"drain_timeout"` // what is in flight at a shutdown gets this long
	MaxInFlight        int           `yaml:"max_in_flight"`
	MaxConnections     int           `yaml:"max_connections"`
	AllowHTTPCallbacks bool          `yaml:"allow_http_callbacks"`
}

// Ops is the listener for operations. Without a token its administration is
// closed.
type Ops struct {
	Listen    string `yaml:"listen"`
	Token     Secret `yaml:"token"`
	TokenFile string `yaml:"token_file"`
}

// Store is where everything durable lives.
type Store struct {
	URL          string `yaml:"url"` // pebble:DIR
	MinFreeBytes Bytes  `yaml:"min_free_bytes"`
}

// Keys is the file of the keys that seal and hash what is stored.
type Keys struct {
	File string `yaml:"file"`
}

// Log says how the process logs.
type Log struct {
	Format string `yaml:"format"` // text, json
	Level  string `yaml:"level"`  // debug, info, warn, error
}

// Lists are files over the data sets that are compiled in.
type Lists struct {
	Disposable string `yaml:"disposable_file"`
	IRSF       string `yaml:"irsf_file"`
	Tor        string `yaml:"tor_file"`
	Datacentre string `yaml:"datacentre_file"`
	Ordinary   string `yaml:"ordinary_file"`
	// Entries are files of safe and block lists, for all tenants. A reload
	// reads them again.
	Entries []string `yaml:"entries"`
}

// Replay is what only `tollgate replay -c` looks at.
type Replay struct {
	IPTables bool   `yaml:"ip_tables"`   // look addresses up: country and system as they are now
	Prices   string `yaml:"prices_file"` // what a message costs
}

// Queue bounds what is accepted and not yet sent.
type Queue struct {
	MaxMessages int           `yaml:"max_messages"`
	MaxBytes    Bytes         `yaml:"max_bytes"`
	MaxAwaiting int           `yaml:"max_awaiting"` // submitted, without a receipt
	MaxAge      time.Duration `yaml:"max_age"`
}

// Counters bounds how many of each are counted at once; the oldest make room. All
// their memory is taken at the start.
type Counters struct {
	Numbers   int `yaml:"numbers"`
	Ranges    int `yaml:"ranges"`
	Addresses int `yaml:"addresses"`
	Devices   int `yaml:"devices"`
	Flows     int `yaml:"flows"`
	Waiting   int `yaml:"waiting"`
}

// Retention is how long what is done is kept.
type Retention struct {
	Messages   time.Duration `yaml:"messages"`
	Refusals   time.Duration `yaml:"refusals"`
	Reviews    time.Duration `yaml:"reviews"`
	Numbers    time.Duration `yaml:"numbers"`
	Identities time.Duration `yaml:"identities"`
}

// Webhooks is how events reach the tenants.
type Webhooks struct {
	Queue     int           `yaml:"queue"`
	Workers   int           `yaml:"workers"`
	Timeout   time.Duration `yaml:"timeout"`
	AllowHTTP bool          `yaml:"allow_http"`
	// AllowPrivate lets them go to loopback and private addresses: for
	// receivers inside a closed network.
	AllowPrivate bool `yaml:"allow_private"`
}

// SMSC is the simulated one of `tollgate dev`; serve takes no notice of it.
type SMSC struct {
	Listen  string `yaml:"listen"`
	Profile string `yaml:"profile"`
}

// Tenant is one upstream auth service.
type Tenant struct {
	ID            string                       `yaml:"id"`
	Keys          []KeyHash                    `yaml:"keys"`
	DefaultRegion string                       `yaml:"default_region"`
	Regions       []string                     `yaml:"regions"`
	Networks      []subscriber.PLMN            `yaml:"networks"`
	Policy        string                       `yaml:"policy"`
	Sender        string                       `yaml:"sender"`
	Senders       []string                     `yaml:"senders"`
	Brand         string                       `yaml:"brand"`
	Locale        string                       `yaml:"locale"`
	Templates     map[string]map[string]string `yaml:"templates"` // name -> locale -> text
	Webhook       Webhook                      `yaml:"webhook"`
	Cooldown      *time.Duration               `yaml:"cooldown"` // 0 turns it off; missing: 60 s
	CodeLength    int                          `yaml:"code_length"`
	Limits        Limits                       `yaml:"limits"`
	Lists         []string                     `yaml:"lists"`  // files of its own safe and block lists
	Shadow        []string                     `yaml:"shadow"` // policies that decide beside its own; missing: the general ones
}

// Webhook is where a tenant's events go.
type Webhook struct {
	URL        string `yaml:"url"`
	Secret     Secret `yaml:"secret"`
	SecretFile string `yaml:"secret_file"`
}

// Limits is how much a tenant may ask for.
type Limits struct {
	PerNumber gateway.Limit `yaml:"per_number"` // "10/10m"
	PerSecond float64       `yaml:"per_second"`
}

// Carrier is one SMSC account. A url stands for addr, system_id, password and
// all that its query names.
type Carrier struct {
	Name         string  `yaml:"name"`
	URL          string  `yaml:"url"`
	Addr         string  `yaml:"addr"`
	SystemID     string  `yaml:"system_id"`
	Password     Secret  `yaml:"password"`
	PasswordFile string  `yaml:"password_file"`
	SystemType   string  `yaml:"system_type"`
	Bind         string  `yaml:"bind"`   // transceiver, transmitter+receiver, transmitter
	Links        int     `yaml:"links"`  // binds at once
	Window       int     `yaml:"window"` // unanswered submit_sm a link
	TPS          float64 `yaml:"tps"`    // segments a second over all links, 0: no limit
	Driver       string  `yaml:"driver"` // native, go-smpp
	TLS          TLS     `yaml:"tls"`
	ReceiptIDs   string  `yaml:"receipt_ids"`
	Profile      string  `yaml:"profile"` // name of a shipped carrier profile, or its file

	// Quirks is whatever a profile can say, for this carrier alone.
	Quirks yaml.Node `yaml:"quirks"`
	// Settings is what profile and quirks say together; nil when there is neither.
	Settings *carrier.Profile `yaml:"-"`

	EnquireInterval time.Duration `yaml:"enquire_interval"`
	ResponseTimeout time.Duration `yaml:"response_timeout"`
	BindTimeout     time.Duration `yaml:"bind_timeout"`
	DeadAfter       time.Duration `yaml:"dead_after"` // unbound for so long: its messages go elsewhere

	Networks []subscriber.PLMN `yaml:"networks"` // destinations by network,
	Prefixes []string          `yaml:"prefixes"` // else by the number's first digits, else all
	Weight   int               `yaml:"weight"`
	Price    float64           `yaml:"price"` // of one segment
}

// TLS is how a connection is secured. Naming any of its files enables it.
type TLS struct {
	Enabled    bool   `yaml:"enabled"`
	CAFile     string `yaml:"ca_file"`
	CertFile   string `yaml:"cert_file"`
	KeyFile    string `yaml:"key_file"`
	ServerName string `yaml:"server_name"`
	Insecure   bool   `yaml:"insecure"` // the certificate is not looked at: for tests
}
