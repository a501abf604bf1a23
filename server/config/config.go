package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is everything an operator can set.
type Config struct {
	Addr        string `env:"ADDR"`
	Data        string `env:"DATA"`
	RedisURL    string `env:"REDIS_URL"`
	PublicURL   string `env:"PUBLIC_URL"`
	AdminToken  string `env:"ADMIN_TOKEN"`
	MetricsAddr string `env:"METRICS_ADDR"`
	// TracesURL is that of a collector; TracesRatio the part of traces it gets.
	TracesURL           string  `env:"TRACES_URL"`
	TracesRatio         float64 `env:"TRACES_RATIO"`
	AllowWeakDurability bool    `env:"ALLOW_WEAK_DURABILITY"`
	TrustedProxies      string  `env:"TRUSTED_PROXIES"`
	Controller          string  `env:"CONTROLLER"`
	Contact             string  `env:"CONTACT"`
	OIDCIssuer          string  `env:"OIDC_ISSUER"`
	OIDCClientID        string  `env:"OIDC_CLIENT_ID"`
	OIDCClientSecret    string  `env:"OIDC_CLIENT_SECRET"`
	OIDCAllowed         string  `env:"OIDC_ALLOWED"`
	LogLevel            string  `env:"LOG_LEVEL"`
	// Library is a file of the city's own library entries.
	Library string `env:"LIBRARY"`
	// MaxConnections and MaxConnectionsPerAddress bound the open boards and
	// screens on this instance.
	MaxConnections           int `env:"MAX_CONNECTIONS"`
	MaxConnectionsPerAddress int `env:"MAX_CONNECTIONS_PER_ADDRESS"`
	// Limits are further limits of the engine and of workshops, by name.
	Limits string `env:"LIMITS"`
	// SessionIdle and SessionLifetime end sessions: without use, and in all.
	SessionIdle     time.Duration `env:"SESSION_IDLE"`
	SessionLifetime time.Duration `env:"SESSION_LIFETIME"`

	// URL and Language are for the demo command: the server to fill, and in
	// which language.
	URL, Language string
	// File, Workshop and Replace are for backup, restore and check.
	File, Workshop string
	// Erasures is for restore: a newer backup, of which the list of erasures and
	// receipts is taken.
	Erasures string
	Replace  bool
}

// Drain is how long a stopping server may take to finish what it began.
const Drain = 10 * time.Second

// shortestSession is the shortest idle limit of sessions: a lunch break with a
// sleeping phone, and some.
const shortestSession = 2 * time.Hour

// Default returns the settings of a program that was told nothing.
func Default() Config {
	return Config{Addr: ":8080", Data: "./data", LogLevel: "info", Language: "pl", TracesRatio: 0.1, MaxConnections: 20_000, MaxConnectionsPerAddress: 5_000, SessionIdle: 14 * 24 * time.Hour, SessionLifetime: 30 * 24 * time.Hour}
}

// ErrUsage marks mistakes in the command line, and ErrHelp the wish for help,
// which was answered.
var (
	ErrUsage = errors.New("wrong use")
	ErrHelp  = flag.ErrHelp
)

// Parse reads the environment, then the flags in args; usage is written to
// out when asked for.
func Parse(args []string, getenv func(string) string, out io.Writer) (Config, error) {
	c := Default()
	environment := map[string]string{}
	for _, name := range names() {
		v, err := value(name, getenv)
		if err != nil {
			return c, err
		}
		// A variable that is set but empty means the default.
		if v != "" {
			environment[name] = v
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Prefix: "PATHBOARD_", Environment: environment}); err != nil {
		return c, fmt.Errorf("read the environment: %w", err)
	}
	fs := flags(&c)
	fs.SetOutput(io.Discard)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			Usage(out)
			return c, ErrHelp
		}
		return c, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	if fs.NArg() > 0 {
		return c, fmt.Errorf("%w: %q is neither a command nor a flag", ErrUsage, fs.Arg(0))
	}
	return c, c.Validate()
}

// value is a variable's own value, or the content of the file that the variable
// of the same name with _FILE behind it names: secrets come that way.
func value(name string, getenv func(string) string) (string, error) {
	v, path := getenv(name), getenv(name+"_FILE")
	if path == "" {
		return v, nil
	}
	if v != "" {
		return "", fmt.Errorf("%s and %s_FILE are both set; keep one", name, name)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(b)), nil
}

func names() []string {
	params, err := env.GetFieldParamsWithOptions(&Config{}, env.Options{Prefix: "PATHBOARD_"})
	if err != nil {
		return nil // the struct's tags are checked by a test
	}
	out := make([]string, 0, len(params))
	for _, p := range params {
		if p.OwnKey != "" {
			out = append(out, p.Key)
		}
	}
	return out
}

func flags(c *Config) *flag.FlagSet {
	fs := flag.NewFlagSet("pathboard", flag.ContinueOnError)
	fs.StringVar(&c.Addr, "addr", c.Addr, "listen `address`; port 0 picks a free one")
	fs.StringVar(&c.Data, "data", c.Data, "`folder` of the embedded store; created when missing")
	fs.StringVar(&c.RedisURL, "redis-url", c.RedisURL, "use this Redis instead: redis:// or rediss://; ?master=name asks\nthe sentinels at the addresses; several without it are a cluster; ?ca=file names\nthe authority of rediss://")
	fs.StringVar(&c.PublicURL, "public-url", c.PublicURL, "`URL` people use, for links and QR codes; default: the address of\neach request")
	fs.StringVar(&c.AdminToken, "admin-token", c.AdminToken, "`secret` needed to create a workshop; default: anybody may")
	fs.StringVar(&c.MetricsAddr, "metrics-addr", c.MetricsAddr, "separate listen `address` for /metrics and /debug/pprof")
	fs.StringVar(&c.TracesURL, "traces-url", c.TracesURL, "`URL` of an OpenTelemetry collector (OTLP over HTTP, port 4318);\ndefault: no traces")
	fs.Float64Var(&c.TracesRatio, "traces-ratio", c.TracesRatio, "`part` of the traces that is sent, 0 to 1")
	fs.StringVar(&c.Library, "library", c.Library, "`file` of the city's own library entries, beside those shipped")
	fs.BoolVar(&c.AllowWeakDurability, "allow-weak-durability", c.AllowWeakDurability, "start on a Redis whose settings can lose acknowledged edits")
	fs.StringVar(&c.TrustedProxies, "trusted-proxies", c.TrustedProxies, "comma-separated `networks` of reverse proxies whose\nX-Forwarded-For and X-Forwarded-Proto are believed")
	fs.StringVar(&c.Controller, "controller", c.Controller, "`name` of who answers for personal data here, for the privacy notice")
	fs.StringVar(&c.Contact, "contact", c.Contact, "`address` for questions about personal data and accessibility")
	fs.StringVar(&c.OIDCIssuer, "oidc-issuer", c.OIDCIssuer, "`URL` of an OpenID Connect provider (Entra ID, Keycloak); creating a\nworkshop then needs a sign-in or the admin token")
	fs.StringVar(&c.OIDCClientID, "oidc-client-id", c.OIDCClientID, "`id` of this server at the provider; its redirect address is\nPUBLIC-URL/api/signin/callback")
	fs.StringVar(&c.OIDCClientSecret, "oidc-client-secret", c.OIDCClientSecret, "`secret` of this server at the provider; better as a file")
	fs.StringVar(&c.OIDCAllowed, "oidc-allowed", c.OIDCAllowed, "comma-separated mail domains and `groups` that may create workshops;\ndefault: whoever the provider lets in")
	fs.StringVar(&c.LogLevel, "log-level", c.LogLevel, "debug, info, warn or error")
	fs.IntVar(&c.MaxConnections, "max-connections", c.MaxConnections, "open `sockets` on this instance; more are turned away")
	fs.IntVar(&c.MaxConnectionsPerAddress, "max-connections-per-address", c.MaxConnectionsPerAddress, "open `sockets` of one client address; a hall full of people is one")
	fs.StringVar(&c.Limits, "limits", c.Limits, "further limits of the engine and of workshops by `name`,\nsuch as UpdateBytes=131072,Groups=40; a wrong name lists them all")
	fs.DurationVar(&c.SessionIdle, "session-idle", c.SessionIdle, "`time` after which a session ends that is not used; an open page is use")
	fs.DurationVar(&c.SessionLifetime, "session-lifetime", c.SessionLifetime, "`time` after which a session ends in all, once its page has been closed\nfor an hour; a day later in any case")
	fs.StringVar(&c.Language, "language", c.Language, "demo only: `language` of the content, pl or en")
	fs.StringVar(&c.URL, "url", c.URL, "demo, doctor: `URL` of the running server")
	fs.StringVar(&c.File, "file", c.File, "backup, restore, check: the backup's `file`, or - for the standard\noutput or input")
	fs.StringVar(&c.Erasures, "erasures", c.Erasures, "restore only: the newest backup `file` of a lost server; who was erased\nuntil then is erased again")
	fs.StringVar(&c.Workshop, "workshop", c.Workshop, "backup only: `id` of the one workshop to take; default: everything")
	fs.BoolVar(&c.Replace, "replace", c.Replace, "restore only: put the backup in the place of other content")
	return fs
}

// Usage writes the help text, with the defaults and nobody's secrets.
func Usage(out io.Writer) {
	fmt.Fprint(out, `Pathboard: workshops whose groups edit shared pathway boards live.

Usage: pathboard [command] [flags]

Commands:
  serve     run the server (default)
  demo      fill in the demonstration workshop on the server at --url, or on one
            started for it in a folder of its own, and print its links
  backup    write everything, or one workshop, into --file while the server runs
  restore   write what --file holds into the store and read it back; an embedded
            store must not be in use
  check     examine the store while the server runs, or the backup in --file,
            and report what is damaged
  doctor    examine the installation at --url, or at its public URL: store, proxy,
            TLS, sockets, clocks; say how to mend what is wrong
  ready     ask the server that runs with these settings whether it can save
            edits now; for health checks
  version   print the version

Flags (each is also an environment variable: PATHBOARD_ADDR for --addr, ...):
`)
	c := Default()
	fs := flags(&c)
	fs.SetOutput(out)
	fs.PrintDefaults()
	fmt.Fprint(out, `
A variable with _FILE behind its name names a file that holds the value, as
secrets of containers do.

Exit status: 0 after an orderly end, 1 when something failed, 2 for wrong use.
`)
}

// Validate reports every setting that cannot work and what to do about it.
func (c Config) Validate() error {
	var errs []error
	bad := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		bad("PATHBOARD_ADDR", "%q is no listen address; write host:port or :port", c.Addr)
	}
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			bad("PATHBOARD_METRICS_ADDR", "%q is no listen address; write host:port or :port", c.MetricsAddr)
		}
	}
	if c.RedisURL == "" && strings.TrimSpace(c.Data) == "" {
		bad("PATHBOARD_DATA", "name a folder for the embedded store, or set PATHBOARD_REDIS_URL")
	}
	if c.RedisURL != "" && !strings.HasPrefix(c.RedisURL, "redis://") && !strings.HasPrefix(c.RedisURL, "rediss://") {
		bad("PATHBOARD_REDIS_URL", "must begin with redis:// or rediss://")
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			bad("PATHBOARD_PUBLIC_URL", "%q must be like https://warsztat.example.org, with nothing after the host", c.PublicURL)
		}
	}
	if u, err := url.Parse(c.TracesURL); c.TracesURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		bad("PATHBOARD_TRACES_URL", "%q must be like http://collector:4318", c.TracesURL)
	}
	if c.TracesRatio < 0 || c.TracesRatio > 1 {
		bad("PATHBOARD_TRACES_RATIO", "must be between 0 and 1")
	}
	if c.OIDCIssuer != "" && c.OIDCClientID == "" {
		bad("PATHBOARD_OIDC_CLIENT_ID", "is needed with PATHBOARD_OIDC_ISSUER")
	}
	if u, err := url.Parse(c.OIDCIssuer); c.OIDCIssuer != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		bad("PATHBOARD_OIDC_ISSUER", "%q must be like https://login.example.org/realms/city", c.OIDCIssuer)
	}
	if _, err := c.Proxies(); err != nil {
		bad("PATHBOARD_TRUSTED_PROXIES", "%v; write networks like 10.0.0.0/8, separated by commas", err)
	}
	if c.MaxConnections < 1 {
		bad("PATHBOARD_MAX_CONNECTIONS", "must be at least 1")
	}
	if c.MaxConnectionsPerAddress < 1 {
		bad("PATHBOARD_MAX_CONNECTIONS_PER_ADDRESS", "must be at least 1")
	}
	if c.SessionIdle < shortestSession {
		bad("PATHBOARD_SESSION_IDLE", "must be at least %v: a workshop has breaks", shortestSession)
	}
	if c.SessionLifetime < c.SessionIdle {
		bad("PATHBOARD_SESSION_LIFETIME", "must be at least PATHBOARD_SESSION_IDLE")
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		bad("PATHBOARD_LOG_LEVEL", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	return errors.Join(errs...)
}

// AllowedToCreate returns the mail domains and groups that may create workshops.
func (c Config) AllowedToCreate() []string {
	return strings.FieldsFunc(c.OIDCAllowed, func(r rune) bool { return r == ',' || r == ' ' })
}

// Proxies returns the networks of trusted reverse proxies.
func (c Config) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for part := range strings.SplitSeq(c.TrustedProxies, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if ip, err := netip.ParseAddr(part); err == nil {
			out = append(out, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("%q is no network", part)
		}
		out = append(out, p)
	}
	return out, nil
}
