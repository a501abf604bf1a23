package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/pathboard/pathboard/server/config"
)

// readyTimeout is how long the running server may take to answer.
const readyTimeout = 2 * time.Second

// ready asks the server that runs with these settings whether edits can be
// saved and delivered now; containers without a shell use it as health check.
func ready(ctx context.Context, c config.Config, _ *slog.Logger, stdout io.Writer) error {
	addr, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("PATHBOARD_ADDR: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, localURL(addr)+"/readyz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(stdout, io.LimitReader(res.Body, 4<<10)); err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return errors.New("not ready: " + res.Status)
	}
	return nil
}
