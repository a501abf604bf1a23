//go:build unix

package filestore

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/pathboard/pathboard/hub/store"
)

// BenchmarkAppend is one durable batch of small entries, one of each document;
// cpu-µs is the processor time of all threads, the system's share included.
func BenchmarkAppend(b *testing.B) {
	for _, docs := range []int{1, 20} {
		b.Run(fmt.Sprintf("docs=%d", docs), func(b *testing.B) {
			s, err := Open(b.Context(), Options{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			batch := make([]store.AppendRequest, docs)
			for i := range batch {
				batch[i] = store.AppendRequest{Doc: store.DocName(fmt.Sprintf("board.%d", i)), Data: make([]byte, 100)}
			}
			before := cpuTime(b)
			for b.Loop() {
				for _, r := range s.Append(b.Context(), batch) {
					if r.Err != nil {
						b.Fatal(r.Err)
					}
				}
			}
			b.ReportMetric((cpuTime(b)-before)/float64(b.N), "cpu-µs/op")
		})
	}
}

// cpuTime is in microseconds.
func cpuTime(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec)*1e6 + float64(u.Utime.Usec+u.Stime.Usec)
}
