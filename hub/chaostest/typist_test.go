package chaostest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

const (
	// window is how many edits a typist has under way.
	window = 64
	// comeBackMost is the longest pause before a next attempt to connect.
	comeBackMost = 500 * time.Millisecond
	// silenceMost is how long a line may be silent, as for a browser in view.
	silenceMost = 25 * time.Second
)

// typist writes tokens to the end of a list, under a client id of its own, and
// counts what is acknowledged. It keeps its document through everything that
// happens to its line and never looks at what others write.
type typist struct {
	t      *testing.T
	name   string
	doc    string
	hubs   func() string // where to connect next
	id     uint64
	target int
	pace   time.Duration // between edits; 0: as fast as the window allows
	silent time.Duration // how long the line may be silent
	leave  int           // hang up after so many edits; 0: never
	away   time.Duration // the longest time until it comes back then

	mu      sync.Mutex
	content *ydoc.Doc
	made    int
	acked   int
	refused int
	back    time.Duration // the longest time without a line that worked
	ends    int
}

func newTypist(t *testing.T, name, doc string, target int, hubs func() string) *typist {
	return &typist{
		t: t, name: name, doc: doc, hubs: hubs, target: target, id: uint64(rand.Uint32())<<8 | 1, silent: silenceMost,
		content: ydoc.New(ydoc.Options{}),
	}
}

func (y *typist) token(n int) string { return fmt.Sprintf("%s.%d", y.name, n) }

func (y *typist) counts() (made, acked, refused int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.made, y.acked, y.refused
}

// done: everything that was to be written is acknowledged.
func (y *typist) done() bool {
	_, acked, _ := y.counts()
	return acked >= y.target
}

// edit makes the next token and returns its update.
func (y *typist) edit() []byte {
	y.mu.Lock()
	defer y.mu.Unlock()
	update, err := y.content.Transact(y.id, func(x *ydoc.Txn) error {
		list := x.Root("tokens", ydoc.KindArray)
		return x.Insert(list, list.Len(), y.token(y.made))
	})
	if err != nil {
		y.t.Error(err)
	}
	y.made++
	return update
}

// run writes until all is acknowledged or stop is closed.
func (y *typist) run(stop <-chan struct{}) {
	down, pause := time.Now(), 20*time.Millisecond
	for !y.done() {
		select {
		case <-stop:
			return
		default:
		}
		worked := y.session(stop, func() {
			y.mu.Lock()
			y.back = max(y.back, time.Since(down))
			y.mu.Unlock()
		})
		if worked {
			down, pause = time.Now(), 20*time.Millisecond
			y.ends++
		}
		wait := pause/2 + rand.N(pause/2)
		if worked && y.away > 0 {
			wait = rand.N(y.away)
		}
		select {
		case <-stop:
			return
		case <-time.After(wait):
		}
		pause = min(2*pause, comeBackMost)
	}
}

// session is one connection, until it fails. It reports whether it worked.
func (y *typist) session(stop <-chan struct{}, works func()) bool {
	dialer := websocket.Dialer{HandshakeTimeout: 5 * time.Second, NetDial: (&net.Dialer{Timeout: 2 * time.Second}).Dial}
	ws, res, err := dialer.Dial(y.hubs(), nil)
	if err != nil {
		return false
	}
	res.Body.Close()
	defer ws.Close()
	s := &session{y: y, ws: ws, ready: make(chan struct{}), over: make(chan struct{}), room: make(chan struct{}, 1)}
	go s.read(works)
	defer func() { ws.Close(); <-s.over }()
	y.mu.Lock()
	sv := y.content.EncodeStateVector()
	y.mu.Unlock()
	s.promise()
	if s.write(wire.Token(y.doc, y.name, "4.0.0")) != nil || s.write(wire.Sync(y.doc, wire.SyncStep1, sv)) != nil {
		return false
	}
	select {
	case <-s.ready:
	case <-s.over:
		return false
	case <-stop:
		return false
	}
	s.type_(stop)
	return true
}

// session is what one connection of a typist has under way.
type session struct {
	y     *typist
	ws    *websocket.Conn
	ready chan struct{} // closed once the first exchange is acknowledged
	over  chan struct{} // closed when reading has ended
	room  chan struct{} // one slot: something was acknowledged

	wmu sync.Mutex // guards writing

	mu      sync.Mutex
	pending []int // what each acknowledgement to come stands for
}

func (s *session) write(b []byte) error {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	_ = s.ws.SetWriteDeadline(time.Now().Add(s.y.silent))
	return s.ws.WriteMessage(websocket.BinaryMessage, b)
}

// promise notes that an acknowledgement will stand for all made so far.
func (s *session) promise() {
	made, _, _ := s.y.counts()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, made)
}

func (s *session) underWay() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending)
}

// type_ writes while there is room in the window.
func (s *session) type_(stop <-chan struct{}) {
	for typed := 0; s.y.leave == 0 || typed < s.y.leave; {
		made, acked, _ := s.y.counts()
		switch {
		case acked >= s.y.target:
			return
		case made < s.y.target && s.underWay() < window:
			update := s.y.edit()
			s.promise()
			typed++
			if s.write(wire.Sync(s.y.doc, wire.SyncUpdate, update)) != nil {
				return
			}
			if s.y.pace == 0 {
				continue
			}
		}
		var later <-chan time.Time
		if s.y.pace > 0 {
			later = time.After(s.y.pace)
		}
		select {
		case <-s.room:
		case <-later:
		case <-s.over:
			return
		case <-stop:
			return
		}
	}
}

func (s *session) read(works func()) {
	defer close(s.over)
	first := true
	for {
		_ = s.ws.SetReadDeadline(time.Now().Add(s.y.silent))
		_, b, err := s.ws.ReadMessage()
		if err != nil {
			return
		}
		f, err := wire.Parse(b)
		switch {
		case err != nil:
		case f.Type == wire.TypeSync && f.Sync == wire.SyncStep1:
			sv, err := ydoc.DecodeStateVector(f.Payload)
			if err != nil {
				return
			}
			s.y.mu.Lock()
			diff := s.y.content.EncodeStateAsUpdate(sv)
			s.y.mu.Unlock()
			if s.write(wire.Sync(s.y.doc, wire.SyncStep2, diff)) != nil {
				return
			}
		case f.Type == wire.TypeSyncStatus:
			s.verdict(f.Saved)
			if first && f.Saved {
				first = false
				works()
				close(s.ready)
			}
		}
	}
}

func (s *session) verdict(saved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.y.mu.Lock()
	defer s.y.mu.Unlock()
	if !saved {
		s.y.refused++
		return
	}
	if len(s.pending) > 0 {
		s.y.acked = max(s.y.acked, s.pending[0])
		s.pending = s.pending[1:]
	}
	select {
	case s.room <- struct{}{}:
	default:
	}
}
