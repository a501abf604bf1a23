// Package signin lets facilitators sign in by OpenID Connect, where an operator
// has set a provider: Entra ID, Keycloak or any other. It speaks the
// authorization code flow with PKCE, state and nonce, and keeps of a person a
// hash of who they are, their name for twelve hours, and which workshops they
// created. Participants never sign in, and the links of a workshop stay what
// they are: a sign-in decides who may create one.
package signin
