package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/loadtest/floor"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/store/redisstore"
)

// open admits everybody, each connection as somebody else.
type openDoor struct{}

func (openDoor) Authorize(_ context.Context, _ store.DocName, token string) (hub.Grant, error) {
	return hub.Grant{Subject: token, Role: "load", Presence: map[string]any{"id": token}}, nil
}

// serve is the program as a server: it prints its address and serves until it
// is killed.
func serve(ctx context.Context, o options) error {
	handler, err := serverHandler(ctx, o)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Println(l.Addr())
	if o.heap != "" {
		go watchHeap(o.heap)
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	if o.profile == "" {
		return s.Serve(l)
	}
	f, err := os.Create(o.profile)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	go func() { _ = s.Serve(l) }()
	<-ctx.Done()
	pprof.StopCPUProfile()
	return f.Close()
}

// watchHeap keeps the heap profile of the moment at which most was live.
func watchHeap(path string) {
	var m runtime.MemStats
	for most := uint64(0); ; time.Sleep(250 * time.Millisecond) {
		if runtime.ReadMemStats(&m); m.NextGC <= most {
			continue
		}
		most = m.NextGC
		var profile bytes.Buffer
		_ = pprof.Lookup("heap").WriteTo(&profile, 0) // to memory
		if err := os.WriteFile(path, profile.Bytes(), 0o600); err != nil {
			fmt.Fprintln(os.Stderr, "heap profile:", err)
			return
		}
	}
}

func serverHandler(ctx context.Context, o options) (http.Handler, error) {
	if kind, ok := floor.Kinds[o.serve]; ok {
		return floor.New(ctx, kind, o.redis, o.data)
	}
	opts := hub.Options{Authorizer: openDoor{}, Limits: hub.Limits{MessagesPerSecond: 1e6, MessageBurst: 1e6, BoardBytes: 256 << 20, BoardStructs: 1e7}}
	if o.redis != "" {
		s, err := redisstore.Open(ctx, redisstore.Options{URL: o.redis, AllowWeakDurability: true})
		if err != nil {
			return nil, err
		}
		b, err := redisbus.Open(s.Client(), nil)
		if err != nil {
			return nil, err
		}
		opts.Store, opts.Bus = s, b
	} else {
		s, err := filestore.Open(ctx, filestore.Options{Dir: o.data})
		if err != nil {
			return nil, err
		}
		opts.Store, opts.Bus = s, localbus.New(s)
	}
	h, err := hub.Open(ctx, opts)
	if err != nil {
		return nil, err
	}
	return h.Handler(func(*http.Request) bool { return true }), nil
}
