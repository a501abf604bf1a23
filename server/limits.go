package main

import (
	"fmt"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/workshop"
)

// limitsOf reads the limits of the engine and of each workshop from the settings.
func limitsOf(c config.Config) (hub.Limits, workshop.Limits, error) {
	var of workshop.Limits
	engine, err := hub.ParseLimits(c.Limits, &of)
	if err == nil {
		err = of.Check()
	}
	if err != nil {
		return hub.Limits{}, workshop.Limits{}, fmt.Errorf("PATHBOARD_LIMITS: %w", err)
	}
	engine.Connections, engine.ConnectionsPerAddress = c.MaxConnections, c.MaxConnectionsPerAddress
	return engine, of, nil
}
