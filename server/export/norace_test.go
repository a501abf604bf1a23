//go:build !race

package export

const every = 1
