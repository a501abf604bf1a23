//go:build deploycheck

package deploy

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/doctor"
)

// idleLimit is what proxies of city halls allow an idle connection; the socket
// of the test says nothing for longer.
const idleLimit = 60 * time.Second

// server builds the program once for all proxies.
var server = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pathboard-deploy-*")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "pathboard")
	out, err := exec.Command("go", "build", "-o", name, "../server").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return name, nil
})

func port(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// run starts a process that ends with the test and waits for its port.
func run(t *testing.T, port int, env []string, name string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env...), &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // some of them fork
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; install it to judge its configuration", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); <-ended })
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s: %v\n%s", name, err, &out)
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("%s does not listen\n%s", name, &out)
		}
	}
}

// certificate writes one for localhost in the forms proxies want.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	crt := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	priv := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw})
	for name, content := range map[string][]byte{"fullchain.pem": crt, "privkey.pem": priv, "pathboard.pem": append(append([]byte{}, crt...), priv...)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(crt)
	return pool
}

// behind starts Pathboard behind a proxy whose shipped configuration is changed
// only in ports and folders; start runs the proxy.
func behind(t *testing.T, shipped string, changes []string, start func(dir, conf string, port int)) {
	t.Parallel()
	program, err := server()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	pool := certificate(t, dir)
	app, front := port(t), port(t)
	address := fmt.Sprintf("https://localhost:%d", front)
	run(t, app, []string{
		fmt.Sprintf("PATHBOARD_ADDR=127.0.0.1:%d", app), "PATHBOARD_DATA=" + filepath.Join(dir, "data"),
		"PATHBOARD_PUBLIC_URL=" + address, "PATHBOARD_TRUSTED_PROXIES=127.0.0.1",
	}, program)
	conf, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	text := string(conf)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("%s lacks %q", shipped, changes[i])
		}
		text = strings.ReplaceAll(text, changes[i], strings.NewReplacer("{app}", fmt.Sprint(app), "{front}", fmt.Sprint(front), "{dir}", dir).Replace(changes[i+1]))
	}
	name := filepath.Join(dir, filepath.Base(shipped))
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start(dir, name, front)
	config := &tls.Config{RootCAs: pool, ServerName: "localhost"}
	u, _ := url.Parse(address)
	var said bytes.Buffer
	if n := doctor.Run(t.Context(), &said, doctor.Web{URL: u, TLS: config}.Checks()); n > 0 {
		t.Errorf("the doctor finds %d things wrong:\n%s", n, &said)
	}
	survivesIdleness(t, address, config)
}

// survivesIdleness opens a board, says nothing for longer than the proxy's limit
// and then edits.
func survivesIdleness(t *testing.T, address string, config *tls.Config) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	defer client.CloseIdleConnections()
	post := func(path, body string, into any) {
		res, err := client.Post(address+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s, %v", path, res.Status, err)
		}
	}
	var w struct {
		JoinCode string
		Workshop struct{ Groups []struct{ ID string } }
	}
	post("/api/workshops", `{"title":"T","city":"Łódź","groups":[{"name":"A","area":"economy"}]}`, &w)
	var anna struct{ Token string }
	post("/api/join", fmt.Sprintf(`{"code":%q,"name":"Anna","groupId":%q}`, w.JoinCode, w.Workshop.Groups[0].ID), &anna)
	dialer := websocket.Dialer{TLSClientConfig: config}
	ws, _, err := dialer.Dial(strings.Replace(address, "https", "wss", 1)+"/ws", http.Header{"Origin": {address}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	doc := "board." + w.Workshop.Groups[0].ID
	await := func(what string, most time.Duration, holds func(wire.Frame) bool) {
		t.Helper()
		for {
			_ = ws.SetReadDeadline(time.Now().Add(most))
			_, b, err := ws.ReadMessage()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if f, err := wire.Parse(b); err == nil && holds(f) {
				return
			}
		}
	}
	say := func(b []byte) {
		if err := ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
			t.Fatal(err)
		}
	}
	say(wire.Token(doc, anna.Token, "4"))
	await("rights", 10*time.Second, func(f wire.Frame) bool { return f.Type == wire.TypeAuth && f.Text == wire.ScopeReadWrite })
	idleUntil := time.Now().Add(idleLimit + 8*time.Second)
	await("silence", 25*time.Second, func(wire.Frame) bool { return time.Now().After(idleUntil) })
	change, err := ydoc.New(ydoc.Options{}).Transact(1, func(x *ydoc.Txn) error { return x.Set(x.Root("meta", ydoc.KindMap), "k", "v") })
	if err != nil {
		t.Fatal(err)
	}
	say(wire.Sync(doc, wire.SyncUpdate, change))
	await("the edit after the silence", 10*time.Second, func(f wire.Frame) bool { return f.Type == wire.TypeSyncStatus && f.Saved })
}

func TestShippedNginxServesPathboard(t *testing.T) {
	behind(t, "nginx/pathboard.conf", []string{"listen 443 ssl http2", "listen 127.0.0.1:{front} ssl http2", "127.0.0.1:8080", "127.0.0.1:{app}", "/etc/ssl/pathboard", "{dir}", "warsztat.example.org;\n", "localhost;\n"},
		func(dir, conf string, port int) {
			main := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log stderr;\nevents {}\nhttp {\n client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;\n include %[2]s;\n}\n", dir, conf)
			name := filepath.Join(dir, "nginx.conf")
			if err := os.WriteFile(name, []byte(main), 0o600); err != nil {
				t.Fatal(err)
			}
			run(t, port, nil, "nginx", "-c", name, "-e", "stderr")
		})
}

func TestShippedHAProxyServesPathboard(t *testing.T) {
	behind(t, "haproxy/haproxy.cfg", []string{"bind :443", "bind 127.0.0.1:{front}", "127.0.0.1:8080\n", "127.0.0.1:{app}\n", "/etc/ssl/pathboard", "{dir}", "maxconn 40000", "maxconn 400"},
		func(_, conf string, port int) { run(t, port, nil, "haproxy", "-db", "-f", conf) })
}

func TestShippedApacheServesPathboard(t *testing.T) {
	behind(t, "apache/pathboard.conf", []string{"*:443", "127.0.0.1:{front}", `"http://127.0.0.1:8080/"`, `"http://127.0.0.1:{app}/"`, "/etc/ssl/pathboard", "{dir}", "ServerName warsztat.example.org", "ServerName localhost"},
		func(dir, conf string, port int) {
			modules := os.Getenv("PATHBOARD_APACHE_MODULES")
			if modules == "" {
				modules = "/usr/lib/apache2/modules"
			}
			var main strings.Builder
			fmt.Fprintf(&main, "ServerRoot %[1]s\nDefaultRuntimeDir %[1]s\nMutex file:%[1]s\nServerName localhost\nPidFile %[1]s/pid\nErrorLog %[1]s/error.log\nListen 127.0.0.1:%[2]d\n", dir, port)
			if os.Geteuid() == 0 {
				fmt.Fprintln(&main, "User nobody\nGroup nogroup")
				if err := errors.Join(os.Chmod(dir, 0o755)); err != nil {
					t.Fatal(err)
				}
			}
			for _, m := range []string{"mpm_event", "authz_core", "socache_shmcb", "ssl", "headers", "proxy", "proxy_http", "proxy_wstunnel"} {
				fmt.Fprintf(&main, "LoadModule %[1]s_module %[2]s/mod_%[1]s.so\n", m, modules)
			}
			fmt.Fprintf(&main, "Include %s\n", conf)
			name := filepath.Join(dir, "httpd.conf")
			if err := os.WriteFile(name, []byte(main.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			run(t, port, nil, "apache2", "-X", "-f", name)
		})
}

func TestShippedCaddyServesPathboard(t *testing.T) {
	behind(t, "caddy/Caddyfile", []string{"admin off", "admin off\n\tauto_https disable_redirects\n\thttps_port {front}", "{$PATHBOARD_HOST:localhost}", "https://localhost:{front}", "{$PATHBOARD_TLS:issuer acme}", "load {dir}/certs", "{$PATHBOARD_INSTANCES:app1:8080 app2:8080}", "127.0.0.1:{app}"},
		func(dir, conf string, port int) {
			if err := errors.Join(os.Mkdir(filepath.Join(dir, "certs"), 0o700), os.Rename(filepath.Join(dir, "pathboard.pem"), filepath.Join(dir, "certs", "pathboard.pem"))); err != nil {
				t.Fatal(err)
			}
			run(t, port, []string{"XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir, "HOME=" + dir}, "caddy", "run", "--config", conf, "--adapter", "caddyfile")
		})
}

// TestTheDoctorNamesWhatIsWrong behind a proxy that does everything badly.
func TestTheDoctorNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	bad := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = bad.Serve(l) }()
	t.Cleanup(func() { _ = bad.Shutdown(context.Background()) })
	var said bytes.Buffer
	u, _ := url.Parse("http://" + l.Addr().String())
	n := doctor.Run(t.Context(), &said, doctor.Web{URL: u}.Checks())
	if n < 5 || !strings.Contains(said.String(), "Upgrade and Connection") || !strings.Contains(said.String(), "/ws/poll") {
		t.Errorf("%d findings:\n%s", n, &said)
	}
}
