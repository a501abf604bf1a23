package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/pathboard/pathboard/server/i18n"
	"github.com/pathboard/pathboard/server/workshop"
)

// asset is a file of the web app, ready to be sent.
type asset struct {
	body, gz, br []byte
	contentType  string
	etag         string
	// immutable: its name changes with its content.
	immutable bool
}

// webApp serves the built web app from memory.
type webApp struct{ files map[string]asset }

// appPages are the addresses the web app answers itself.
var appPages = []string{"/", "/create", "/join", "/facilitator", "/projector", "/member", "/outcome", "/follow-up", "/recover", "/privacy", "/accessibility", "/w/*"}

// loadWebApp reads the built web app. Without index.html there is none, which
// is no error: the API works without it.
func loadWebApp(dist fs.FS) (*webApp, error) {
	app := &webApp{files: map[string]asset{}}
	if dist == nil {
		return app, nil
	}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		if ext := path.Ext(name); ext == ".gz" || ext == ".br" {
			return nil
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		app.files["/"+name] = newAsset(dist, name, body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read web app: %w", err)
	}
	return app, nil
}

func newAsset(dist fs.FS, name string, body []byte) asset {
	sum := sha256.Sum256(body)
	f := asset{
		body: body, contentType: contentType(name), immutable: strings.HasPrefix(name, "assets/"),
		etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
	}
	f.br, _ = fs.ReadFile(dist, name+".br")
	f.gz, _ = fs.ReadFile(dist, name+".gz")
	if f.gz == nil && compressible(f.contentType) && len(body) > 1024 {
		f.gz = compress(body)
	}
	return f
}

// contentType is fixed here for what the web app is made of, because the
// machine's own table of types may lack some.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func compressible(contentType string) bool {
	return strings.HasPrefix(contentType, "text/") || strings.Contains(contentType, "json") || strings.Contains(contentType, "svg")
}

// compress returns b in gzip, or nil where that gains nothing.
func compress(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil || w.Close() != nil || out.Len() >= len(b) {
		return nil
	}
	return out.Bytes()
}

// page answers with the web app itself, which reads the rest of the address.
func (a *api) page(c echo.Context) error {
	index, ok := a.web.files["/index.html"]
	if !ok {
		return plainPage(c, http.StatusServiceUnavailable, "page.no-app")
	}
	return index.send(c)
}

// file answers with a file of the web app.
func (a *api) file(c echo.Context) error {
	f, ok := a.web.files[c.Request().URL.Path]
	if r := c.Request(); !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		return plainPage(c, http.StatusNotFound, "page.not-found")
	}
	return f.send(c)
}

func (f asset) send(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", f.etag)
	h.Add("Vary", "Accept-Encoding")
	if c.Request().Header.Get("If-None-Match") == f.etag {
		return c.NoContent(http.StatusNotModified)
	}
	body, accepted := f.body, c.Request().Header.Get("Accept-Encoding")
	switch {
	case f.br != nil && strings.Contains(accepted, "br"):
		body = f.br
		h.Set("Content-Encoding", "br")
	case f.gz != nil && strings.Contains(accepted, "gzip"):
		body = f.gz
		h.Set("Content-Encoding", "gzip")
	}
	return c.Blob(http.StatusOK, f.contentType, body)
}

// plainPage says one thing in both languages, the asked-for one first.
func plainPage(c echo.Context, status int, key string) error {
	first, second := workshop.Polish, workshop.English
	if language(c) == workshop.English {
		first, second = second, first
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTML(status, fmt.Sprintf("<!doctype html><html lang=%q><meta charset=utf-8><title>Pathboard</title><p lang=%q>%s</p><p lang=%q>%s</p></html>",
		first, first, i18n.Text(first, key, nil), second, i18n.Text(second, key, nil)))
}
