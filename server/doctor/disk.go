package doctor

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// slowSync is a median from which on people wait for "saved".
const slowSync = 25 * time.Millisecond

// Disk measures how long the folder's disk takes to make 4 KB durable: an edit
// is acknowledged after that.
func Disk(folder string) Check {
	return Check{"disk", func(context.Context) Finding {
		if _, err := os.Stat(folder); err != nil {
			return Wrong("create it, or start the server once; name another with PATHBOARD_DATA", "the data folder cannot be read: %v", err)
		}
		times, err := syncTimes(filepath.Join(folder, ".doctor"))
		if err != nil {
			return Wrong("give the server's user the folder, and the disk some space", "the data folder cannot be written: %v", err)
		}
		return judge(times)
	}}
}

// judge says what sorted times mean for people.
func judge(times []time.Duration) Finding {
	median, worst := times[len(times)/2], times[len(times)-1]
	if median > slowSync {
		return Wrong("put the data on a local SSD; network drives and SD cards are slow at this", "making 4 KB durable takes %s", median.Round(time.Millisecond))
	}
	return fine("4 KB are durable in %.1f ms, at worst %.1f ms", ms(median), ms(worst))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func syncTimes(name string) (times []time.Duration, err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer os.Remove(name)
	defer f.Close()
	block := make([]byte, 4096)
	for range 20 {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return nil, err
		}
		if err := f.Sync(); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return times, nil
}
