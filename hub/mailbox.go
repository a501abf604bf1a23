package hub

import (
	"errors"
	"sync"

	"github.com/pathboard/pathboard/hub/store"
)

// mailboxEntries bounds the entries and notices the bus may leave for a room.
const mailboxEntries = 8192

var errFellBehind = errors.New("the room fell behind its log")

// mail is what came for a room from other goroutines than its members'.
type mail struct {
	results   []journalResult // of the room's appends, in order
	entries   []store.Entry
	notices   [][]byte // nil: some were lost
	regranted []*membership
	compacted bool       // the compactor has finished
	snapshot  bool       // with a snapshot
	readOn    bool       // the log has been read to its end
	lost      error      // the log cannot be read on
	stored    *storedDoc // what reconcile has loaded
	dropped   bool       // the document has been deleted
	unread    bool       // reading the log to its end has failed
}

// mailbox takes mail without ever making its sender wait.
type mailbox struct {
	signal chan struct{} // one slot

	mu sync.Mutex // guards mail
	mail
}

func (m *mailbox) put(f func(*mail)) {
	m.leave(f)
	m.ring()
}

// leave puts mail into the box without telling: somebody will ring soon, or it
// may wait for the room's next look.
func (m *mailbox) leave(f func(*mail)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.mail)
}

func (m *mailbox) ring() {
	select {
	case m.signal <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.mail
	m.mail = mail{}
	return out
}

func (m *mail) addEntries(entries []store.Entry) {
	if m.lost != nil {
		return // there may be a gap before them
	}
	if len(m.entries)+len(entries) > mailboxEntries {
		m.lost = errFellBehind
		return
	}
	m.entries = append(m.entries, entries...)
}

func (m *mail) addNotice(b []byte) {
	if len(m.notices) < mailboxEntries {
		m.notices = append(m.notices, b)
	} else {
		m.notices[len(m.notices)-1] = nil
	}
}
