package hub_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// passwords lets everybody read who knows the word, and write who knows the
// other one.
type passwords struct{ read, write string }

func (p passwords) Authorize(_ context.Context, _ store.DocName, token string) (hub.Grant, error) {
	word, name, _ := strings.Cut(token, ":")
	switch word {
	case p.write, p.read:
		return hub.Grant{
			Subject: name, ReadOnly: word == p.read,
			Presence: map[string]any{"name": name},
		}, nil
	}
	return hub.Grant{}, fmt.Errorf("wrong password: %w", hub.ErrDenied)
}

// A server for documents that clients of @hocuspocus/provider edit together at
// ws://…/ws and clients of y-websocket at ws://…/y/{document}, kept in one
// folder. The server writes and reads documents too.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "documents")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	files, err := filestore.Open(ctx, filestore.Options{Dir: dir})
	if err != nil {
		panic(err)
	}
	defer files.Close()
	bus := localbus.New(files)
	defer bus.Close()
	h, err := hub.Open(ctx, hub.Options{Store: files, Bus: bus, Authorizer: passwords{"eye", "pen"}})
	if err != nil {
		panic(err)
	}
	defer h.Close(ctx)

	sameOrigin := func(r *http.Request) bool { return r.Header.Get("Origin") == "" }
	mux := http.NewServeMux()
	mux.Handle("/ws", h.Handler(sameOrigin))
	mux.Handle("/y/", h.PlainHandler(sameOrigin, func(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/y/") }))
	server := httptest.NewServer(mux)
	defer server.Close()

	err = h.Edit(ctx, "minutes", "secretary", func(x *ydoc.Txn) error {
		return x.InsertText(x.Root("text", ydoc.KindText), 0, "Otwarto posiedzenie.")
	})
	if err != nil {
		panic(err)
	}
	err = h.View(ctx, "minutes", func(d *ydoc.Doc) error {
		fmt.Println(d.Root("text", ydoc.KindText).Text())
		return nil
	})
	if err != nil {
		panic(err)
	}
	// Output: Otwarto posiedzenie.
}
