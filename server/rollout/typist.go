package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/trial"
)

// Pauses before the tries to connect, as the web app makes them, and the longest.
const (
	pauseMin, pauseSpread = 300 * time.Millisecond, 1200 * time.Millisecond
	pauseMost             = 20 * time.Second
)

// typist is a person who writes, and counts what is acknowledged.
type typist struct {
	name, doc, token, url string
	pace                  time.Duration
	id                    uint64
	enough                atomic.Bool // no more edits

	mu      sync.Mutex // guards what follows
	content *ydoc.Doc
	at      []time.Time // when each edit was made
	made    int
	acked   int
	saved   trial.Spread
	away    trial.Spread
	live    *session // the connection that has made its exchange; nil: none
	failure error
}

func newTypist(name, doc, token, url string, pace time.Duration) *typist {
	return &typist{
		name: name, doc: doc, token: token, url: url, pace: pace, id: uint64(rand.Uint32())<<8 | 1,
		content: ydoc.New(ydoc.Options{}),
	}
}

func (y *typist) edit(n int) string { return fmt.Sprintf("%s.%d", y.name, n) }

func (y *typist) done() bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.failure != nil || y.enough.Load() && y.acked == y.made
}

// write makes the next edit, whether there is a line or not; what is made
// without one goes with the next exchange.
func (y *typist) write() error {
	y.mu.Lock()
	defer y.mu.Unlock()
	update, err := y.content.Transact(y.id, func(x *ydoc.Txn) error {
		list := x.Root("tokens", ydoc.KindArray)
		return x.Insert(list, list.Len(), y.edit(y.made))
	})
	y.made++
	y.at = append(y.at, time.Now())
	if y.live != nil {
		y.live.promise(y.made)
		_ = y.live.send(wire.Sync(y.doc, wire.SyncUpdate, update)) // else the next exchange
	}
	return err
}

// type_ writes at the person's pace until stop is closed.
func (y *typist) type_(stop <-chan struct{}) {
	tick := time.NewTicker(y.pace)
	defer tick.Stop()
	for !y.enough.Load() {
		select {
		case <-tick.C:
		case <-stop:
			return
		}
		if err := y.write(); err != nil {
			y.fail(err)
			return
		}
	}
}

func (y *typist) fail(err error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.failure = errors.Join(y.failure, err)
}

// run writes until stop is closed, through everything that happens to the line.
func (y *typist) run(stop <-chan struct{}) {
	var typing sync.WaitGroup
	typing.Go(func() { y.type_(stop) })
	defer typing.Wait()
	var down time.Time
	pause := time.Duration(0)
	for {
		select {
		case <-stop:
			return
		case <-time.After(pause):
		}
		s := &session{y: y, over: make(chan struct{}), works: make(chan struct{})}
		worked, err := s.run(stop, down)
		if err != nil {
			y.fail(err)
			return
		}
		switch {
		case worked:
			pause = pauseMin + rand.N(pauseSpread)
		default:
			pause = min(2*pause+100*time.Millisecond, pauseMost)
		}
		if worked {
			down = time.Now()
		}
	}
}

// session is one connection.
type session struct {
	y     *typist
	ws    *websocket.Conn
	works chan struct{} // closed once the first exchange is acknowledged
	over  chan struct{} // closed when reading has ended

	wmu sync.Mutex // guards writing

	mu      sync.Mutex // guards pending
	pending []int      // what each acknowledgement to come stands for
	refused string
}

func (s *session) send(b []byte) error {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	return s.ws.WriteMessage(websocket.BinaryMessage, b)
}

// promise notes that an acknowledgement will stand for all made so far.
func (s *session) promise(made int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, made)
}

// run reports whether the line worked; an error says that nothing will.
func (s *session) run(stop <-chan struct{}, down time.Time) (worked bool, err error) {
	ws, res, err := (&websocket.Dialer{HandshakeTimeout: 5 * time.Second}).Dial(s.y.url, nil)
	if err != nil {
		return false, nil
	}
	res.Body.Close()
	s.ws = ws
	s.y.mu.Lock()
	sv := s.y.content.EncodeStateVector()
	s.y.mu.Unlock()
	go s.read()
	defer func() {
		ws.Close()
		<-s.over
		s.y.mu.Lock()
		s.y.live = nil
		s.y.mu.Unlock()
	}()
	if s.send(wire.Token(s.y.doc, s.y.token, "4.0.0")) != nil || s.send(wire.Sync(s.y.doc, wire.SyncStep1, sv)) != nil {
		return false, nil
	}
	select {
	case <-s.works:
	case <-s.over:
		return false, s.refusal()
	case <-stop:
		return false, nil
	}
	if !down.IsZero() {
		s.y.mu.Lock()
		s.y.away = append(s.y.away, time.Since(down))
		s.y.mu.Unlock()
	}
	select {
	case <-s.over:
	case <-stop:
	}
	return true, s.refusal()
}

func (s *session) refusal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused == "" {
		return nil
	}
	return errors.New("refused: " + s.refused)
}

func (s *session) read() {
	defer close(s.over)
	first := true
	for {
		_, b, err := s.ws.ReadMessage()
		if err != nil {
			return
		}
		f, err := wire.Parse(b)
		switch {
		case err != nil || f.Doc != s.y.doc:
		case f.Type == wire.TypeAuth && f.Auth == wire.AuthDenied:
			s.mu.Lock()
			s.refused = f.Text
			s.mu.Unlock()
			return
		case f.Type == wire.TypeSync && f.Sync == wire.SyncStep1:
			if !s.exchange(f.Payload) {
				return
			}
		case f.Type == wire.TypeSyncStatus:
			s.acknowledged(f.Saved)
			if first && f.Saved {
				first = false
				close(s.works)
			}
		}
	}
}

// exchange answers the server's state vector with what it lacks.
func (s *session) exchange(vector []byte) bool {
	sv, err := ydoc.DecodeStateVector(vector)
	if err != nil {
		return false
	}
	// Whatever is made until now goes with it, whatever is made later after it.
	s.y.mu.Lock()
	defer s.y.mu.Unlock()
	s.promise(s.y.made)
	s.y.live = s
	return s.send(wire.Sync(s.y.doc, wire.SyncStep2, s.y.content.EncodeStateAsUpdate(sv))) == nil
}

func (s *session) acknowledged(saved bool) {
	s.y.mu.Lock()
	defer s.y.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !saved {
		s.refused = "an edit"
		return
	}
	if len(s.pending) == 0 {
		return
	}
	for ; s.y.acked < s.pending[0]; s.y.acked++ {
		s.y.saved = append(s.y.saved, time.Since(s.y.at[s.y.acked]))
	}
	s.pending = s.pending[1:]
}

// readTokens counts the edits of a board as a client sees it that knows nothing.
func readTokens(base, doc, token string) (map[string]int, error) {
	ws, res, err := websocket.DefaultDialer.Dial("ws"+base[len("http"):]+"/ws", nil)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	defer ws.Close()
	if err := errors.Join(
		ws.WriteMessage(websocket.BinaryMessage, wire.Token(doc, token, "4.0.0")),
		ws.WriteMessage(websocket.BinaryMessage, wire.Sync(doc, wire.SyncStep1, ydoc.StateVector{}.Encode())),
	); err != nil {
		return nil, err
	}
	for {
		_ = ws.SetReadDeadline(time.Now().Add(30 * time.Second))
		_, b, err := ws.ReadMessage()
		if err != nil {
			return nil, err
		}
		if f, err := wire.Parse(b); err == nil && f.Type == wire.TypeSync && f.Sync == wire.SyncStep2 {
			return tokensOf(f.Payload)
		}
	}
}

func tokensOf(state []byte) (map[string]int, error) {
	d := ydoc.New(ydoc.Options{})
	if _, err := d.Apply(state); err != nil {
		return nil, err
	}
	b, err := json.Marshal(d.Root("tokens", ydoc.KindArray).JSON())
	if err != nil {
		return nil, err
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	out := make(map[string]int, len(all))
	for _, t := range all {
		out[t]++
	}
	return out, nil
}
