package floor

import (
	"os"

	"golang.org/x/sys/unix"
)

// flushData makes a file's content durable.
func flushData(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }
