package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/server/config"
)

// storage is where everything is kept and how instances hear of each other.
type storage struct {
	store store.Store
	bus   bus.Bus
}

// openStorage opens what the settings name: Redis, or a folder of our own.
func openStorage(ctx context.Context, c config.Config, log *slog.Logger) (storage, error) {
	if c.RedisURL != "" {
		return openRedis(ctx, c, log)
	}
	files, err := filestore.Open(ctx, filestore.Options{Dir: c.Data, Logger: log})
	if err != nil {
		return storage{}, err
	}
	return storage{store: files, bus: localbus.New(files)}, nil
}

func openRedis(ctx context.Context, c config.Config, log *slog.Logger) (storage, error) {
	s, err := openRedisStore(ctx, c, log)
	if err != nil {
		return storage{}, err
	}
	b, err := redisbus.Open(s.Client(), log)
	if err != nil {
		return storage{}, fmt.Errorf("PATHBOARD_REDIS_URL: %w", errors.Join(err, s.Close()))
	}
	return storage{store: s, bus: b}, nil
}

// close ends the bus, then the store.
func (s storage) close() error {
	busErr := s.bus.Close()
	if err := s.store.Close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	if busErr != nil {
		return fmt.Errorf("close bus: %w", busErr)
	}
	return nil
}
