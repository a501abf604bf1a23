package floor

import (
	"fmt"
	"os"
)

// journalBytes is the size of a durable floor's file, which it writes round and
// round: laid out beforehand, so that a flush is data and nothing else.
const journalBytes = 4 << 20

// journal makes frames durable before they are passed on. What waits while one
// flush is under way shares the next.
type journal struct {
	file  *os.File
	at    int64
	queue chan entry
}

type entry struct {
	frame []byte
	then  func()
}

func openJournal(dir string) (*journal, error) {
	f, err := os.CreateTemp(dir, "floor-*")
	if err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	if _, err := f.Write(make([]byte, journalBytes)); err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	if err := f.Sync(); err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	j := &journal{file: f, queue: make(chan entry, queueLength)}
	go j.run()
	return j, nil
}

// run never ends: a floor is a process of its own.
func (j *journal) run() {
	var buf []byte
	var waiting []entry
	for e := range j.queue {
		waiting, buf = append(waiting[:0], e), append(buf[:0], e.frame...)
		for more := true; more && len(waiting) < queueLength; {
			select {
			case e := <-j.queue:
				waiting, buf = append(waiting, e), append(buf, e.frame...)
			default:
				more = false
			}
		}
		if err := j.write(buf); err != nil {
			panic(fmt.Sprintf("floor: %v", err)) // nothing measured would be true
		}
		for _, e := range waiting {
			e.then()
		}
	}
}

func (j *journal) write(b []byte) error {
	for len(b) > 0 {
		if j.at == journalBytes {
			j.at = 0
		}
		n := min(int64(len(b)), journalBytes-j.at)
		if _, err := j.file.WriteAt(b[:n], j.at); err != nil {
			return err
		}
		j.at += n
		b = b[n:]
	}
	return flushData(j.file)
}
