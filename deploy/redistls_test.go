package deploy

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
)

// secured are the settings of a server that speaks TLS and knows the shipped
// user, and how that user's part of an address reads. The default user stays for
// the servers among themselves and for the test.
func secured(t *testing.T, certificates redistest.Certificates) (settings map[string]string, user *url.Userinfo) {
	t.Helper()
	folder := makeSecrets(t)
	users, err := os.ReadFile(filepath.Join(folder, "users.acl"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "with-default.acl")
	open := strings.Replace(string(users), "user default off", "user default on nopass ~* &* +@all", 1)
	if err := os.WriteFile(file, []byte(open), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(folder, "redis_url"))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(string(b))
	if err != nil {
		t.Fatal(err)
	}
	settings = certificates.Settings()
	settings["aclfile"] = file
	return settings, u.User
}

// TestRedisOverTLSWithItsUser: one Redis, sentinels and a cluster, each by TLS
// with a certificate of the city's own authority, as the user that secrets.sh
// makes; whoever does not know the authority, or the password, does not get in.
func TestRedisOverTLSWithItsUser(t *testing.T) {
	certificates := redistest.NewCertificates(t)
	settings, user := secured(t, certificates)
	topologies := map[string]func(t *testing.T) (hosts, query string){
		"Single": func(t *testing.T) (string, string) {
			return redistest.Start(t, settings).TLSAddress(), ""
		},
		"Sentinel": func(t *testing.T) (string, string) {
			master := redistest.Start(t, settings)
			redistest.StartReplica(t, master, settings)
			address, _ := redistest.StartTLSSentinels(t, master, 3, certificates)
			hosts, query, _ := strings.Cut(strings.TrimPrefix(address, "rediss://"), "?")
			return hosts, "&" + query
		},
		"Cluster": func(t *testing.T) (string, string) {
			nodes := map[string]string{"tls-cluster": "yes"}
			for k, v := range settings {
				nodes[k] = v
			}
			var hosts []string
			for _, node := range redistest.StartCluster(t, 3, 0, nodes).Nodes {
				hosts = append(hosts, node.TLSAddress())
			}
			return strings.Join(hosts, ","), ""
		},
	}
	for name, start := range topologies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hosts, query := start(t)
			address := "rediss://" + user.String() + "@" + hosts + "?ca=" + certificates.CA + query
			worksOn(t, address)
			for what, wrong := range map[string]string{
				"without the authority": strings.Replace(address, "ca="+certificates.CA, "", 1),
				"with a wrong password": strings.Replace(address, user.String(), "pathboard:wrong", 1),
			} {
				if s, err := redisstore.Open(t.Context(), redisstore.Options{URL: wrong}); err == nil {
					s.Close()
					t.Errorf("let in %s", what)
				}
			}
		})
	}
}

// worksOn has documents, records and notices go there and back.
func worksOn(t *testing.T, address string) {
	t.Helper()
	s := openStore(t, address)
	for _, doc := range []store.DocName{"board.a", "board.b", "board.c"} {
		loaded, err := s.Load(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Append(t.Context(), []store.AppendRequest{{Doc: doc, Epoch: loaded.Epoch, Data: []byte("edit of " + string(doc))}}) {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		if _, err := s.Put(t.Context(), "token/"+string(doc), 0, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	client, err := redisstore.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	bus, err := redisbus.Open(client, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	heard := make(chan string, 8)
	defer bus.Subscribe("topic", func(payload []byte) {
		select {
		case heard <- string(payload):
		default: // enough was heard
		}
	})()
	hubtest.Until(t, "a notice comes", func() bool {
		if err := bus.Publish(context.WithoutCancel(t.Context()), "topic", []byte("word")); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-heard: // a subscription begins with a notice without payload
			return got == "word"
		default:
			return false
		}
	}, func() bool { return true })
}
