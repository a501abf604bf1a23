package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// phasePins bounds how many beginnings of phases a board keeps; the oldest go.
	phasePins = 60
	// phasesInPin bounds how many phases one pin names: between those of one pin
	// the board did not change.
	phasesInPin = 8
	// phasesWaiting bounds the changes of phase whose boards are not kept yet.
	phasesWaiting = 64
)

// phaseKeeper keeps how boards were when a phase began, so that their history
// knows these moments however old. It works behind the command that changed the
// phase, board after board; what it cannot keep is in the log and nowhere else.
type phaseKeeper struct {
	// static after startPhaseKeeper
	hub    *hub.Hub
	log    *slog.Logger
	work   chan keptPhase
	ending chan struct{} // closed by Close
	stop   context.CancelFunc
	done   sync.WaitGroup
}

// keptPhase is one change of phase.
type keptPhase struct {
	groups []workshop.GroupID
	phase  httpapi.FilmPhase
}

func startPhaseKeeper(h *hub.Hub, log *slog.Logger) *phaseKeeper {
	ctx, stop := context.WithCancel(context.Background())
	k := &phaseKeeper{hub: h, log: log, work: make(chan keptPhase, phasesWaiting), ending: make(chan struct{}), stop: stop}
	k.done.Go(func() { k.run(ctx) })
	return k
}

// began takes a change of phase over. It does not wait.
func (k *phaseKeeper) began(w *workshop.Workshop, p workshop.Phase) {
	next := keptPhase{phase: httpapi.FilmPhase{At: w.Day.Since.UnixMilli(), ID: string(p.ID), Name: p.Name}}
	for _, g := range w.Groups {
		next.groups = append(next.groups, g.ID)
	}
	select {
	case k.work <- next:
	default:
		k.log.Warn("too many changes of phase: boards are not kept at this one", "workshop", string(w.ID))
	}
}

// run keeps boards until Close, and then what still waits.
func (k *phaseKeeper) run(ctx context.Context) {
	for {
		select {
		case next := <-k.work:
			k.keepAll(ctx, next)
		case <-k.ending:
			for len(k.work) > 0 {
				k.keepAll(ctx, <-k.work)
			}
			return
		}
	}
}

func (k *phaseKeeper) keepAll(ctx context.Context, next keptPhase) {
	for _, g := range next.groups {
		if err := k.keep(ctx, boardName(g), next.phase); err != nil {
			k.log.Warn("a board is not kept as it was at the change of phase", "group", string(g), "error", err.Error())
		}
	}
}

// Close keeps what waits, for as long as the context lives.
func (k *phaseKeeper) Close(ctx context.Context) {
	close(k.ending)
	defer context.AfterFunc(ctx, k.stop)()
	k.done.Wait()
	k.stop()
}

// keep pins a board. One that did not change since its last pin gets no other:
// the pin names both phases then. A board nobody wrote on has none.
func (k *phaseKeeper) keep(ctx context.Context, doc store.DocName, p httpapi.FilmPhase) error {
	var now []byte
	err := k.hub.View(ctx, doc, func(d *ydoc.Doc) error {
		now = d.EncodeStateAsUpdate(nil)
		return nil
	})
	if err != nil || bytes.Equal(now, ydoc.New(ydoc.Options{}).EncodeStateAsUpdate(nil)) {
		return err
	}
	versions, err := k.hub.Versions(ctx, doc)
	if err != nil {
		return err
	}
	phases := []httpapi.FilmPhase{p}
	pins := phasePinsOf(versions)
	var gone []uint64
	if n := len(pins) - 1; n >= 0 {
		last, err := k.hub.Pinned(ctx, doc, pins[n].Pin)
		if err != nil && !errors.Is(err, hub.ErrPastUnknown) {
			return err
		}
		if err == nil && bytes.Equal(now, last.EncodeStateAsUpdate(nil)) {
			phases = append(slices.Clone(pins[n].phases), p)
			phases = phases[max(0, len(phases)-phasesInPin):]
			gone = append(gone, pins[n].Pin)
			pins = pins[:n]
		}
	}
	for ; len(pins) >= phasePins; pins = pins[1:] {
		gone = append(gone, pins[0].Pin)
	}
	label, err := json.Marshal(phases)
	if err != nil {
		return err
	}
	_, err = k.hub.Pin(ctx, doc, string(label))
	for errors.Is(err, hub.ErrPinsFull) && len(pins) > 0 {
		if err = k.hub.Unpin(ctx, doc, pins[0].Pin); err != nil {
			return err
		}
		pins = pins[1:]
		_, err = k.hub.Pin(ctx, doc, string(label))
	}
	if err != nil {
		return err
	}
	return k.hub.Unpin(ctx, doc, gone...)
}

// phasePin is a pin with the phases that began with it.
type phasePin struct {
	hub.Version
	phases []httpapi.FilmPhase
}

// phasePinsOf are the pins at changes of phase, oldest first; others are not ours.
func phasePinsOf(versions []hub.Version) []phasePin {
	var out []phasePin
	for _, v := range versions {
		p := phasePin{Version: v}
		if v.Pin != 0 && json.Unmarshal([]byte(v.Label), &p.phases) == nil && len(p.phases) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// early makes changes of a film of how the board was at the phases that began
// before the film does: each brings the board to how that phase found it, the
// newest ones that fit into so many bytes. What the film began with follows.
func (k *phaseKeeper) early(ctx context.Context, doc store.DocName, f hub.Film, pins []phasePin, began time.Time, most int) ([]byte, []httpapi.FilmChange, error) {
	var updates [][]byte
	for size := 0; len(updates) < len(pins); {
		pin := pins[len(pins)-1-len(updates)]
		d, err := k.hub.Pinned(ctx, doc, pin.Pin)
		if errors.Is(err, hub.ErrPastUnknown) {
			break // forgotten meanwhile
		}
		if err != nil {
			return nil, nil, err
		}
		u := d.EncodeStateAsUpdate(nil)
		if size += len(u); size > most {
			break
		}
		updates = append(updates, u)
	}
	if len(updates) == 0 {
		return f.Base, nil, nil
	}
	slices.Reverse(updates)
	pins = pins[len(pins)-len(updates):]
	var changes []httpapi.FilmChange
	for i, u := range updates[1:] {
		changes = append(changes, httpapi.FilmChange{At: pins[i+1].phases[0].At, By: httpapi.ByGroup, Update: u})
	}
	return updates[0], append(changes, httpapi.FilmChange{At: began.UnixMilli(), By: httpapi.ByGroup, Update: f.Base}), nil
}
