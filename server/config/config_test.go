package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		env  map[string]string
		args []string
		want func(Config) bool
		err  string
	}{
		"Defaults":         {want: func(c Config) bool { return c == Default() }},
		"Environment":      {env: map[string]string{"PATHBOARD_ADDR": "127.0.0.1:0", "PATHBOARD_ALLOW_WEAK_DURABILITY": "true"}, want: func(c Config) bool { return c.Addr == "127.0.0.1:0" && c.AllowWeakDurability }},
		"EmptyIsDefault":   {env: map[string]string{"PATHBOARD_ADDR": ""}, want: func(c Config) bool { return c.Addr == ":8080" }},
		"FlagWins":         {env: map[string]string{"PATHBOARD_ADDR": ":1"}, args: []string{"--addr", ":2"}, want: func(c Config) bool { return c.Addr == ":2" }},
		"FlagOfEachName":   {args: []string{"--data=/d", "--redis-url=redis://r", "--public-url=https://x.pl", "--admin-token=s", "--metrics-addr=:9", "--allow-weak-durability", "--trusted-proxies=10.0.0.0/8, ::1", "--log-level=debug"}, want: func(c Config) bool { return c.Data == "/d" && c.RedisURL == "redis://r" && c.AdminToken == "s" }},
		"ErrAddr":          {args: []string{"--addr", "8080"}, err: "PATHBOARD_ADDR"},
		"ErrRedis":         {env: map[string]string{"PATHBOARD_REDIS_URL": "localhost:6379"}, err: "redis://"},
		"ErrPublicURL":     {env: map[string]string{"PATHBOARD_PUBLIC_URL": "warsztat.pl"}, err: "PATHBOARD_PUBLIC_URL"},
		"ErrPublicURLPath": {env: map[string]string{"PATHBOARD_PUBLIC_URL": "https://warsztat.pl/x"}, err: "nothing after the host"},
		"ErrProxies":       {env: map[string]string{"PATHBOARD_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, err: `"proxy" is no network`},
		"ErrLevel":         {args: []string{"--log-level", "loud"}, err: "PATHBOARD_LOG_LEVEL"},
		"ErrBool":          {env: map[string]string{"PATHBOARD_ALLOW_WEAK_DURABILITY": "maybe"}, err: "environment"},
		"SecretFromFile":   {env: map[string]string{"PATHBOARD_ADMIN_TOKEN_FILE": secret}, want: func(c Config) bool { return c.AdminToken == "hush" }},
		"ErrSecretTwice":   {env: map[string]string{"PATHBOARD_ADMIN_TOKEN_FILE": secret, "PATHBOARD_ADMIN_TOKEN": "x"}, err: "keep one"},
		"ErrNoSecretFile":  {env: map[string]string{"PATHBOARD_ADMIN_TOKEN_FILE": secret + "x"}, err: "PATHBOARD_ADMIN_TOKEN_FILE"},
		"SessionLimits":    {env: map[string]string{"PATHBOARD_SESSION_IDLE": "12h"}, args: []string{"--session-lifetime", "24h"}, want: func(c Config) bool { return c.SessionIdle == 12*time.Hour && c.SessionLifetime == 24*time.Hour }},
		"ErrShortSession":  {args: []string{"--session-idle", "10m"}, err: "a workshop has breaks"},
		"ErrShortLifetime": {args: []string{"--session-lifetime", "24h"}, err: "at least PATHBOARD_SESSION_IDLE"},
		"ErrUnknownFlag":   {args: []string{"--nope"}, err: "wrong use"},
		"ErrWord":          {args: []string{"now"}, err: "wrong use"},
		"ErrAllAtOnce":     {args: []string{"--addr", "x", "--log-level", "y"}, err: "PATHBOARD_LOG_LEVEL"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse(tc.args, func(k string) string { return tc.env[k] }, &bytes.Buffer{})
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("got %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil || !tc.want(c) {
				t.Errorf("got %+v, %v", c, err)
			}
		})
	}
}

// TestHelpDocumentsEverything: each variable is read, each flag described.
func TestHelpDocumentsEverything(t *testing.T) {
	var out bytes.Buffer
	secret := map[string]string{"PATHBOARD_ADMIN_TOKEN": "hush"}
	if _, err := Parse([]string{"--help"}, func(k string) string { return secret[k] }, &out); !errors.Is(err, ErrHelp) {
		t.Fatal(err)
	}
	known := names()
	if len(known) != 23 {
		t.Errorf("variables: %v", known)
	}
	for _, name := range known {
		flag := "-" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "PATHBOARD_")), "_", "-")
		if !strings.Contains(out.String(), "  "+flag) {
			t.Errorf("%s is not in the help", flag)
		}
	}
	for _, command := range []string{"serve", "demo", "check", "backup", "restore", "doctor", "version"} {
		if !strings.Contains(out.String(), "\n  "+command+" ") {
			t.Errorf("command %s is not in the help", command)
		}
	}
	if strings.Contains(out.String(), "hush") {
		t.Error("the help shows a secret")
	}
}
