// Package lines knows how the people of a workshop are connected and how the
// instances fare, so that whoever leads can tell a slow server from a slow
// network.
//
// Each instance remembers what it sees of its own connections, for ten minutes
// and in memory only: how long a ping takes, which way messages travel, which
// lines broke. When somebody asks, all instances are asked over the bus. It
// keeps no addresses and no devices.
package lines
