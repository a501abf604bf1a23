package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// freeAddr is an address of this machine that nobody listens on now.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startProvider runs an OpenID provider that others wrote and returns its
// address.
func startProvider(t *testing.T, redirect string) string {
	t.Helper()
	dir, err := filepath.Abs("signin/testprovider")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "oidc-provider")); err != nil {
		install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
	}
	node := exec.CommandContext(t.Context(), "node", "provider.mjs", redirect)
	node.Dir = dir
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = node.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "provider "); ok {
			return address
		}
	}
	t.Fatal("the provider did not start")
	return ""
}

// person is a browser with cookies that speaks to the program and the provider.
type person struct {
	t      *testing.T
	base   string
	client *http.Client
}

func newPerson(t *testing.T, base string) *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, base: base, client: &http.Client{Jar: jar, Transport: &http.Transport{}}}
	t.Cleanup(p.client.CloseIdleConnections)
	return p
}

// do asks and follows where it is sent; it returns the last address as well.
func (p *person) do(method, address, body, contentType string) (int, string, *url.URL) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(answer), res.Request.URL
}

var formAction = regexp.MustCompile(`<form[^>]*action="([^"]+)"`)

// signIn goes through the provider's pages as somebody and returns where it
// ended.
func (p *person) signIn(login string) *url.URL {
	p.t.Helper()
	_, page, at := p.do("GET", p.base+"/api/signin/begin", "", "")
	for _, prompt := range []string{"prompt=login&login=" + url.QueryEscape(login) + "&password=x", "prompt=consent"} {
		action := formAction.FindStringSubmatch(page)
		if action == nil {
			p.t.Fatalf("no form at %s: %.400s", at, page)
		}
		to, err := at.Parse(action[1])
		if err != nil {
			p.t.Fatal(err)
		}
		_, page, at = p.do("POST", to.String(), prompt, "application/x-www-form-urlencoded")
	}
	return at
}

const newWorkshop = `{"title":"Warsztat","city":"Łódź","groups":[{"name":"A","area":"economy"}]}`

// TestSignIn: with a provider, workshops are created by those it lets in and the
// operator allows; they see and open what they created; nobody else does.
func TestSignIn(t *testing.T) {
	addr := freeAddr(t)
	base := "http://" + addr
	issuer := startProvider(t, base+"/api/signin/callback")
	startProgram(t, map[string]string{
		"PATHBOARD_ADDR": addr, "PATHBOARD_OIDC_ISSUER": issuer, "PATHBOARD_OIDC_CLIENT_ID": "pathboard",
		"PATHBOARD_OIDC_CLIENT_SECRET": "a-secret-of-the-test", "PATHBOARD_OIDC_ALLOWED": "uml.example, trenerzy",
		"PATHBOARD_ADMIN_TOKEN": "operator",
	})
	anna := newPerson(t, base)
	create := func(p *person) (int, string) {
		status, body, _ := p.do("POST", base+"/api/workshops", newWorkshop, "application/json")
		return status, body
	}
	if status, body := create(anna); status != http.StatusUnauthorized {
		t.Fatalf("nobody created a workshop: %d %s", status, body)
	}
	if at := anna.signIn("anna@uml.example"); at.Path != "/create" || at.Fragment != "" {
		t.Fatalf("signed in and came to %s", at)
	}
	status, body := create(anna)
	if status != http.StatusCreated {
		t.Fatalf("Anna: %d %s", status, body)
	}
	id := regexp.MustCompile(`"workshop":\{"id":"([^"]+)"`).FindStringSubmatch(body)[1]
	if _, body, _ := anna.do("GET", base+"/api/signin", "", ""); !strings.Contains(body, id) || !strings.Contains(body, "Osoba anna") {
		t.Errorf("Anna's workshops: %s", body)
	}
	status, body, _ = anna.do("POST", base+"/api/signin/workshops/"+id+"/open", "", "")
	token := regexp.MustCompile(`#([\w-]+)"`).FindStringSubmatch(body)
	if status != http.StatusCreated || token == nil {
		t.Fatalf("open: %d %s", status, body)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", base+"/api/workshops/"+id, nil)
	req.Header.Set("Authorization", "Bearer "+token[1])
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the new link: %v %v", res, err)
	} else {
		res.Body.Close()
	}

	// Signing in was the confirmation that what leads needs for a new link.
	req, _ = http.NewRequestWithContext(t.Context(), "POST", base+"/api/workshops/"+id+"/facilitators", strings.NewReader(`{"name":"Ola"}`))
	req.Header.Set("Authorization", "Bearer "+token[1])
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusCreated {
		t.Errorf("a co-facilitator after signing in: %v %v", res, err)
	} else {
		res.Body.Close()
	}

	bob := newPerson(t, base)
	bob.signIn("bob@uml.example")
	if status, body, _ := bob.do("POST", base+"/api/signin/workshops/"+id+"/open", "", ""); status != http.StatusNotFound {
		t.Errorf("Bob opens Anna's workshop: %d %s", status, body)
	}
	for login, want := range map[string]string{"trener@elsewhere.example": "", "eve@elsewhere.example": "signin=forbidden", "unverified@uml.example": "signin=forbidden", "eve@not-uml.example": "signin=forbidden"} {
		if at := newPerson(t, base).signIn(login); at.Fragment != want {
			t.Errorf("%s came to %s", login, at)
		}
	}
	strangersState(t, base)
	crossSite(t, base, anna)
	if status, _, _ := anna.do("DELETE", base+"/api/signin", "", ""); status != http.StatusNoContent {
		t.Errorf("sign out: %d", status)
	}
	if status, _ := create(anna); status != http.StatusUnauthorized {
		t.Errorf("after signing out: %d", status)
	}
	operator, _ := http.NewRequestWithContext(t.Context(), "POST", base+"/api/workshops", strings.NewReader(newWorkshop))
	operator.Header.Set("Authorization", "Bearer operator")
	if res, err := http.DefaultClient.Do(operator); err != nil || res.StatusCode != http.StatusCreated {
		t.Errorf("the admin token: %v %v", res, err)
	} else {
		res.Body.Close()
	}
}

// strangersState: a callback that this browser did not begin signs nobody in.
func strangersState(t *testing.T, base string) {
	t.Helper()
	for _, query := range []string{"", "?code=x", "?code=x&state=y", "?state=" + strings.Repeat("z", 43)} {
		eve := newPerson(t, base)
		if _, _, at := eve.do("GET", base+"/api/signin/callback"+query, "", ""); at.Fragment != "signin=unauthenticated" {
			t.Errorf("callback%s came to %s", query, at)
		}
		if status, _, _ := eve.do("POST", base+"/api/workshops", newWorkshop, "application/json"); status != http.StatusUnauthorized {
			t.Errorf("callback%s: %d", query, status)
		}
	}
}

// crossSite: a page of another site cannot use the sign-in of its visitor.
func crossSite(t *testing.T, base string, p *person) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", base+"/api/workshops", strings.NewReader(newWorkshop))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://evil.example")
	res, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %s", fmt.Sprint(res.StatusCode))
	}
}
