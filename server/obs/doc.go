// Package obs is how an operator sees the program: its log (JSON lines, no
// names, no board text, no secrets), its metrics and its profiles, the latter
// two on a listener of their own.
package obs
