//go:build !linux

package floor

import "os"

// flushData makes a file's content durable.
func flushData(f *os.File) error { return f.Sync() }
