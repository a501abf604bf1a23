package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/pathboard/pathboard/server/workshop"
)

// Options of a provider, as the operator sets them.
type Options struct {
	Issuer, ClientID, Secret string
	// Allowed are mail domains and names of groups; none: whoever the provider
	// lets in.
	Allowed []string
}

// Identity is who somebody is, as the provider says.
type Identity struct {
	Issuer, Subject, Name string
}

// Attempt is what must be remembered between leaving for the provider and
// coming back.
type Attempt struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Redirect string    `json:"redirect"`
	Until    time.Time `json:"until"`
}

// Provider is a sign-in by OpenID Connect. It is safe for concurrent use. The
// provider's own description is fetched when it is first needed, so that the
// server starts without it.
type Provider struct {
	opts Options

	mu    sync.Mutex // guards what follows; held while it is fetched
	found *oidc.Provider
}

// NewProvider returns a provider for the settings.
func NewProvider(o Options) *Provider { return &Provider{opts: o} }

// discoverTimeout bounds the fetching of the provider's description and keys.
const discoverTimeout = 10 * time.Second

func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The provider outlives the request: its keys are fetched again when they
	// change.
	fetch, cancel := context.WithTimeout(context.WithoutCancel(ctx), discoverTimeout)
	defer cancel()
	found, err := oidc.NewProvider(fetch, p.opts.Issuer)
	if err != nil {
		return nil, fmt.Errorf("ask the sign-in provider: %w: %w", workshop.Fail(workshop.CodeSignInUnavailable), err)
	}
	p.found = found
	return found, nil
}

func (p *Provider) config(found *oidc.Provider, redirect string) oauth2.Config {
	return oauth2.Config{
		ClientID: p.opts.ClientID, ClientSecret: p.opts.Secret, Endpoint: found.Endpoint(), RedirectURL: redirect,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}

// Begin returns the address to send the browser to, and what to remember.
func (p *Provider) Begin(ctx context.Context, redirect string, now time.Time) (string, Attempt, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", Attempt{}, err
	}
	a := Attempt{
		State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(),
		Redirect: redirect, Until: now.Add(attemptLifetime).UTC(),
	}
	c := p.config(found, redirect)
	return c.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

var errNonce = errors.New("nonce of the id token is not ours")

// claims are what of an id token is looked at.
type claims struct {
	Name     string   `json:"name"`
	Username string   `json:"preferred_username"`
	Email    string   `json:"email"`
	Verified *bool    `json:"email_verified"`
	Groups   []string `json:"groups"`
}

// Finish exchanges the code for an id token, verifies it, and returns who it
// speaks of, or CodeUnauthenticated or CodeForbidden.
func (p *Provider) Finish(ctx context.Context, code string, a Attempt) (Identity, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, discoverTimeout)
	defer cancel()
	c := p.config(found, a.Redirect)
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, refused("exchange code", err)
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := found.Verifier(&oidc.Config{ClientID: p.opts.ClientID}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, refused("verify id token", err)
	}
	if verified.Nonce != a.Nonce {
		return Identity{}, refused("verify id token", errNonce)
	}
	var said claims
	if err := verified.Claims(&said); err != nil {
		return Identity{}, refused("read id token", err)
	}
	if said.Email == "" && len(p.opts.Allowed) > 0 {
		// Some providers say it only when asked.
		if info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token)); err == nil && info.Subject == verified.Subject {
			_ = info.Claims(&said) // what cannot be read is not there
		}
	}
	if !p.allows(said) {
		return Identity{}, workshop.Fail(workshop.CodeForbidden)
	}
	name := said.Name
	if name == "" {
		name = said.Username
	}
	return Identity{Issuer: verified.Issuer, Subject: verified.Subject, Name: name}, nil
}

func refused(attempted string, err error) error {
	return fmt.Errorf("%s: %w: %w", attempted, workshop.Fail(workshop.CodeUnauthenticated), err)
}

// allows reports whether one of the allowed domains or groups is theirs. An
// address that the provider says is not verified counts for nothing.
func (p *Provider) allows(said claims) bool {
	if len(p.opts.Allowed) == 0 {
		return true
	}
	_, domain, _ := strings.Cut(said.Email, "@")
	if said.Verified != nil && !*said.Verified {
		domain = ""
	}
	return slices.ContainsFunc(p.opts.Allowed, func(a string) bool {
		return domain != "" && strings.EqualFold(a, domain) || slices.Contains(said.Groups, a)
	})
}
