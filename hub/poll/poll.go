package poll

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Headers of the transport.
const (
	HeaderLine  = "Pathboard-Line"
	HeaderBatch = "Pathboard-Batch"
	HeaderClose = "Pathboard-Close"
)

const (
	// defaultHold is how long a GET waits: below what proxies allow.
	defaultHold = 20 * time.Second
	// defaultIdle is about how long a line lives without a request.
	defaultIdle = 30 * time.Second
	// maxBatch bounds the messages of one answer, unless one alone is larger.
	maxBatch = 256 << 10
	// maxWaiting bounds what waits for a client before its websocket is read no
	// further, so that the hub treats it as the slow reader it is.
	maxWaiting = 1 << 20
	// maxMessages bounds the count of either.
	maxMessages = 4096
)

// Options of a handler. Socket is required.
type Options struct {
	// Socket serves the websockets the lines are made of.
	Socket http.Handler
	// Hold and Idle default as the constants say.
	Hold, Idle time.Duration
	// MaxBody bounds a request's messages; 0: 5 MB.
	MaxBody int64
}

// Handler serves the transport. It is safe for concurrent use.
type Handler struct {
	opts Options

	stop context.CancelFunc
	kept sync.WaitGroup // keep

	mu     sync.Mutex // guards lines
	lines  map[string]*line
	closed bool
}

// New returns a handler; Close ends its lines.
func New(o Options) *Handler {
	if o.Hold == 0 {
		o.Hold = defaultHold
	}
	if o.Idle == 0 {
		o.Idle = defaultIdle
	}
	if o.MaxBody == 0 {
		o.MaxBody = 5 << 20
	}
	ctx, stop := context.WithCancel(context.Background())
	h := &Handler{opts: o, stop: stop, lines: map[string]*line{}}
	h.kept.Go(func() { h.keep(ctx) })
	return h
}

// Close ends every line and waits until their websockets have ended.
func (h *Handler) Close() {
	h.stop()
	h.kept.Wait()
	h.mu.Lock()
	h.closed = true
	lines := h.lines
	h.lines = map[string]*line{}
	h.mu.Unlock()
	for _, l := range lines {
		l.end()
	}
	for _, l := range lines {
		<-l.ended
		l.pongs.Wait()
	}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	name := r.Header.Get(HeaderLine)
	if name == "" {
		if r.Method != http.MethodPost {
			http.Error(w, "no line", http.StatusBadRequest)
			return
		}
		h.open(w, r)
		return
	}
	h.mu.Lock()
	l := h.lines[name]
	h.mu.Unlock()
	if l == nil {
		gone(w, websocket.CloseAbnormalClosure)
		return
	}
	switch r.Method {
	case http.MethodPost:
		h.send(w, r, l)
	case http.MethodGet:
		h.receive(w, r, l)
	case http.MethodDelete:
		h.forget(l)
		l.goodbye()
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", "GET, POST, DELETE")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func gone(w http.ResponseWriter, code int) {
	w.Header().Set(HeaderClose, strconv.Itoa(code))
	w.WriteHeader(http.StatusGone)
}

func (h *Handler) open(w http.ResponseWriter, r *http.Request) {
	ws, status, header := dial(h.opts.Socket, r)
	if ws == nil {
		if v := header.Get("Retry-After"); v != "" {
			w.Header().Set("Retry-After", v)
		}
		w.WriteHeader(status)
		return
	}
	l := newLine(rand.Text(), ws)
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		go l.read()
		l.end()
		gone(w, websocket.CloseServiceRestart)
		return
	}
	h.lines[l.name] = l
	h.mu.Unlock()
	go l.read()
	w.Header().Set(HeaderLine, l.name)
	w.WriteHeader(http.StatusCreated)
}

func (h *Handler) forget(l *line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.lines, l.name)
}

func (h *Handler) send(w http.ResponseWriter, r *http.Request, l *line) {
	n, err := strconv.ParseUint(r.Header.Get(HeaderBatch), 10, 64)
	if err != nil {
		http.Error(w, "no batch", http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.opts.MaxBody))
	if err != nil {
		status := http.StatusBadRequest
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			status = http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(status)
		return
	}
	messages, ok := split(body)
	if !ok {
		http.Error(w, "malformed batch", http.StatusBadRequest)
		return
	}
	defer l.ask()()
	switch err := l.write(r.Context(), n, messages); {
	case errors.Is(err, errOrder):
		http.Error(w, "batch out of order", http.StatusConflict)
	case err != nil:
		gone(w, l.code())
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (h *Handler) receive(w http.ResponseWriter, r *http.Request, l *line) {
	n, err := strconv.ParseUint(r.Header.Get(HeaderBatch), 10, 64)
	if err != nil {
		http.Error(w, "no batch", http.StatusBadRequest)
		return
	}
	defer l.ask()()
	l.acknowledge(n)
	batch, messages, err := l.take(r.Context(), n, h.opts.Hold)
	switch {
	case errors.Is(err, errOrder):
		http.Error(w, "batch out of order", http.StatusConflict)
	case err != nil:
		h.forget(l)
		gone(w, l.code())
	case len(messages) == 0:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set(HeaderBatch, strconv.FormatUint(batch, 10))
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(join(messages)) // what is lost is asked for again
	}
}

// split takes a body apart; the messages share its memory.
func split(b []byte) (messages [][]byte, ok bool) {
	for len(b) > 0 {
		if len(b) < 4 || len(messages) == maxMessages {
			return nil, false
		}
		n := binary.BigEndian.Uint32(b)
		if b = b[4:]; uint64(n) > uint64(len(b)) {
			return nil, false
		}
		messages = append(messages, b[:n:n])
		b = b[n:]
	}
	return messages, true
}

func join(messages [][]byte) []byte {
	size := 0
	for _, m := range messages {
		size += 4 + len(m)
	}
	b := make([]byte, 0, size)
	for _, m := range messages {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(m))), m...)
	}
	return b
}
