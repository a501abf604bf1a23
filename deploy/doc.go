// Package deploy holds what runs Pathboard in a server room: the image, Redis
// as it has to be set, the proxy, the unit for systemd. Its tests run them.
package deploy
