// Package frontend holds the built web app, so that one binary is the whole
// product. It is empty but for a marker until `make web` has run; the server
// then says so instead of serving pages.
package frontend

import "embed"

// Dist is the content of the folder dist.
//
//go:embed all:dist
var Dist embed.FS
