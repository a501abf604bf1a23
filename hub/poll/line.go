package poll

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

var (
	errOrder  = errors.New("batch out of order")
	errClosed = errors.New("line closed")
)

// goodbyePatience bounds the last word to the websocket of a client that leaves.
// What is said to it before has no bound but the websocket's own end: how long
// the other end of the pipe takes is not the client's fault (rule R18 of
// hub/SPEC.md).
const goodbyePatience = 10 * time.Second

// line is one client: a websocket whose messages wait here to be fetched.
type line struct {
	// static
	name  string
	ws    *websocket.Conn
	ended chan struct{}  // closed when nothing more is read
	pongs sync.WaitGroup // that are on their way to the websocket

	writing chan struct{} // holds one while a batch is sent; guards sent
	sent    uint64        // the last batch that was sent on

	mu        sync.Mutex // guards what follows
	asking    int        // requests that are being answered
	unasked   int        // looks in a row without a request
	waiting   [][]byte
	bytes     int
	batch     uint64   // the number of last
	last      [][]byte // the batch that has not been acknowledged
	pinged    bool     // the websocket asks for a sign of life
	lastPing  bool     // it asked before last was made
	closeCode int
	over      bool
	news      chan struct{} // closed and replaced when something has changed
	room      *sync.Cond    // there may be room for more
	turn      uint64        // of the newest GET; older ones give way
}

func newLine(name string, ws *websocket.Conn) *line {
	l := &line{name: name, ws: ws, ended: make(chan struct{}), writing: make(chan struct{}, 1), news: make(chan struct{}), closeCode: websocket.CloseAbnormalClosure}
	l.room = sync.NewCond(&l.mu)
	// A ping is for the client, not for this end of the pipe: it is answered
	// when the client has fetched what came with it.
	ws.SetPingHandler(func(string) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.pinged = true
		return nil
	})
	return l
}

// acknowledge says that batch n has arrived, to the websocket too if it asked.
// It does not wait for the websocket, which may itself wait for what arrived to
// make room.
func (l *line) acknowledge(n uint64) {
	l.mu.Lock()
	owed := n == l.batch && l.last != nil && l.lastPing
	if owed {
		l.lastPing = false
	}
	l.mu.Unlock()
	if owed {
		l.pongs.Go(func() { _ = l.ws.WriteControl(websocket.PongMessage, nil, time.Time{}) })
	}
}

// goodbye tells the websocket that the client leaves, and ends it.
func (l *line) goodbye() {
	bye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	_ = l.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(goodbyePatience))
	l.end()
}

// end closes the websocket; read notices.
func (l *line) end() {
	l.ws.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.room.Broadcast()
	l.changed()
}

func (l *line) code() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closeCode
}

// changed tells whoever waits. The caller holds mu.
func (l *line) changed() {
	close(l.news)
	l.news = make(chan struct{})
}

// read keeps what the websocket says until it ends; no more than there is room
// for.
func (l *line) read() {
	defer close(l.ended)
	defer l.ws.Close()
	for {
		_, b, err := l.ws.ReadMessage()
		l.mu.Lock()
		if err != nil {
			if e, ok := errors.AsType[*websocket.CloseError](err); ok {
				l.closeCode = e.Code
			}
			l.over = true
			l.changed()
			l.mu.Unlock()
			return
		}
		l.waiting = append(l.waiting, b)
		l.bytes += len(b)
		l.changed()
		for !l.over && (l.bytes > maxWaiting || len(l.waiting) >= maxMessages) {
			l.room.Wait()
		}
		l.mu.Unlock()
	}
}

// write sends the messages of batch n on, for as long as the websocket takes
// to read them; a batch that was sent is not sent again. ctx bounds the wait for
// the one before.
func (l *line) write(ctx context.Context, n uint64, messages [][]byte) error {
	select {
	case l.writing <- struct{}{}:
		defer func() { <-l.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	switch {
	case n == l.sent && n > 0:
		return nil
	case n != l.sent+1:
		return errOrder
	}
	for _, m := range messages {
		if err := l.ws.WriteMessage(websocket.BinaryMessage, m); err != nil {
			l.end()
			return errClosed
		}
	}
	l.sent = n
	return nil
}

// take returns the batch after n, waiting up to hold for it; no messages when
// none came, or when a newer request took its place.
func (l *line) take(ctx context.Context, n uint64, hold time.Duration) (uint64, [][]byte, error) {
	timer := time.NewTimer(hold)
	defer timer.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if n != l.batch && n+1 != l.batch {
		return 0, nil, errOrder
	}
	l.turn++
	turn := l.turn
	l.changed()
	if n == l.batch {
		l.last = nil // it has arrived
	}
	for l.last == nil && len(l.waiting) == 0 {
		if l.over {
			return 0, nil, errClosed
		}
		news := l.news
		l.mu.Unlock()
		timedOut := false
		select {
		case <-news:
		case <-timer.C:
			timedOut = true
		case <-ctx.Done():
			timedOut = true
		}
		l.mu.Lock()
		if timedOut || l.turn != turn {
			return 0, nil, nil
		}
	}
	if l.last == nil {
		l.next()
	}
	return l.batch, l.last, nil
}

// next makes a batch of what waits. The caller holds mu.
func (l *line) next() {
	size, count := 0, 0
	for count < len(l.waiting) && (count == 0 || size+len(l.waiting[count]) <= maxBatch) {
		size += len(l.waiting[count])
		count++
	}
	l.last, l.waiting = l.waiting[:count:count], l.waiting[count:]
	l.lastPing, l.pinged = l.pinged, false
	l.bytes -= size
	l.batch++
	l.room.Broadcast()
}
