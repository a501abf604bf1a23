package deploy

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/bustest"
	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/store/storetest"
)

// makeSecrets runs secrets.sh into a folder of the test's own.
func makeSecrets(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "secrets")
	if out, err := exec.CommandContext(t.Context(), "sh", "secrets.sh", folder).CombinedOutput(); err != nil {
		t.Fatalf("secrets.sh: %v\n%s", err, out)
	}
	return folder
}

// startRedis runs Redis as docker-compose.yml does and returns the address that
// the instances are given.
func startRedis(t *testing.T) string {
	t.Helper()
	folder := makeSecrets(t)
	s := redistest.StartConfigured(t, "redis/redis.conf", map[string]string{"aclfile": filepath.Join(folder, "users.acl")})
	b, err := os.ReadFile(filepath.Join(folder, "redis_url"))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(string(b))
	if err != nil {
		t.Fatal(err)
	}
	u.Host = s.Address()
	return u.String()
}

func openStore(t *testing.T, url string) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url, TrimGrace: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if s.Weak() {
		t.Error("the shipped Redis can lose acknowledged edits")
	}
	return s
}

// TestShippedRedisDoesTheWholeJob: its one user may do all that the store and
// the bus do, on settings that the store accepts.
func TestShippedRedisDoesTheWholeJob(t *testing.T) {
	url := startRedis(t)
	t.Run("Store", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store { return openStore(t, url) })
	})
	t.Run("Bus", func(t *testing.T) {
		bustest.Run(t, func(t *testing.T) (bus.Bus, bus.Bus, store.Store) {
			url := startRedis(t)
			open := func() bus.Bus {
				client, err := redisstore.Dial(url)
				if err != nil {
					t.Fatal(err)
				}
				b, err := redisbus.Open(client, nil)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { b.Close(); client.Close() })
				return b
			}
			return open(), open(), openStore(t, url)
		})
	})
}

// TestShippedRedisAllowsNothingElse: no other user, key, channel or command.
func TestShippedRedisAllowsNothingElse(t *testing.T) {
	address := startRedis(t)
	client, err := redisstore.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, command := range []string{
		"FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG SET appendonly no", "CONFIG REWRITE", "SHUTDOWN NOSAVE",
		"SCRIPT FLUSH", "ACL LIST", "REPLICAOF NO ONE", "SET other 1", "GET other", "PUBLISH other x", "MONITOR", "CLIENT KILL TYPE normal", "SAVE",
	} {
		args := []any{}
		for f := range strings.FieldsSeq(command) {
			args = append(args, f)
		}
		if err := client.Do(t.Context(), args...).Err(); err == nil || !strings.HasPrefix(err.Error(), "NOPERM") {
			t.Errorf("%s: %v, want NOPERM", command, err)
		}
	}
	u, _ := url.Parse(address)
	u.User = nil
	if _, err := redisstore.Open(t.Context(), redisstore.Options{URL: u.String()}); err == nil {
		t.Error("Redis lets a stranger in")
	}
}
