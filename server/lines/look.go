package lines

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

// Line is how one person, or one kind of screen, is connected.
type Line struct {
	Role workshop.Role `json:"role"`
	// Person is the participant's or facilitator's id; "" for screens.
	Person    string `json:"personId,omitempty"`
	Connected bool   `json:"connected"`
	// Requests says that messages travel by plain requests: a proxy lets no
	// websocket through.
	Requests bool `json:"requests,omitempty"`
	// Milliseconds there and back, of the newest connection; absent before the
	// first answer.
	Milliseconds int64 `json:"milliseconds,omitempty"`
	// Since is when that connection was made.
	Since *time.Time `json:"since,omitempty"`
	// Drops counts the lines that broke in the last ten minutes.
	Drops int `json:"drops"`
	// LostAt is when the last line broke of whoever has not come back.
	LostAt *time.Time `json:"lostAt,omitempty"`
}

// Instance is one process of the server.
type Instance struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	// Here marks the one that answers; one that does not answer is silent.
	Here        bool     `json:"here"`
	Silent      bool     `json:"silent"`
	Connections int      `json:"connections"`
	Health      []Health `json:"health"`
}

// View is how a workshop is connected.
type View struct {
	Instances []Instance `json:"instances"`
	Lines     []Line     `json:"lines"`
}

// Notices between instances.
type (
	here struct {
		Instance, Version string
		Gone              bool
	}
	ask struct {
		Nonce, Instance string
		Workshop        workshop.WorkshopID
	}
	told struct {
		Nonce    string
		Instance Instance
		Lines    []seen
	}
	seen struct {
		Line
		Left *time.Time
	}
)

// Look asks all instances. Those that do not answer in time are told as silent.
func (l *Lines) Look(ctx context.Context, id workshop.WorkshopID) View {
	nonce := rand.Text()
	answers := make(chan told, 64)
	l.mu.Lock()
	l.asking[nonce] = answers
	waiting := maps.Clone(l.others)
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.asking, nonce)
		l.mu.Unlock()
	}()
	own := l.tell(ctx, id)
	own.Instance.Here = true
	all := []told{own}
	if len(waiting) > 0 {
		all = append(all, l.collect(ctx, ask{nonce, l.opts.Instance, id}, waiting, answers)...)
	}
	return merge(all)
}

// collect publishes the question and waits for the instances it names.
func (l *Lines) collect(ctx context.Context, question ask, waiting map[string]time.Time, answers <-chan told) (all []told) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	l.publish(ctx, askTopic, question)
	for len(waiting) > 0 {
		select {
		case t := <-answers:
			delete(waiting, t.Instance.ID)
			all = append(all, t)
		case <-ctx.Done():
			for instance := range waiting {
				all = append(all, told{Instance: Instance{ID: instance, Silent: true, Health: []Health{}}})
			}
			return all
		}
	}
	return all
}

// tell says what this instance knows.
func (l *Lines) tell(ctx context.Context, id workshop.WorkshopID) told {
	now := l.opts.Now()
	members := l.hub.Members(auth.WorkshopDoc(id))
	byKey := map[key]*seen{}
	of := func(k key) *seen {
		if byKey[k] == nil {
			byKey[k] = &seen{Line: Line{Role: k.role, Person: k.person}}
		}
		return byKey[k]
	}
	for _, m := range members {
		s := of(keyOf(m))
		since := m.Since
		if s.Connected && s.Since.After(since) {
			continue
		}
		s.Connected, s.Since, s.Requests, s.Milliseconds = true, &since, m.Requests, m.Trip.Milliseconds()
		if m.Trip > 0 {
			s.Milliseconds = max(1, s.Milliseconds)
		}
	}
	l.mu.Lock()
	for k, t := range l.troubled[id] {
		s := of(k)
		for _, at := range t.drops {
			if now.Sub(at) <= remembered {
				s.Drops++
				s.LostAt = &at
			}
		}
		if !t.left.IsZero() {
			left := t.left
			s.Left = &left
		}
	}
	l.mu.Unlock()
	out := told{Instance: Instance{
		ID: l.opts.Instance, Version: l.opts.Version, Connections: len(members), Health: l.opts.Health(ctx),
	}}
	for _, s := range byKey {
		out.Lines = append(out.Lines, *s)
	}
	return out
}

func (l *Lines) heard(b []byte) {
	var h here
	if json.Unmarshal(b, &h) != nil || h.Instance == "" || h.Instance == l.opts.Instance {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.Gone {
		delete(l.others, h.Instance)
		return
	}
	l.others[h.Instance] = l.opts.Now()
}

// asked answers another instance; subscribers must not wait, so elsewhere.
func (l *Lines) asked(ctx context.Context, b []byte) {
	var a ask
	if json.Unmarshal(b, &a) != nil || a.Instance == l.opts.Instance {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.wg.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		t := l.tell(ctx, a.Workshop)
		t.Nonce = a.Nonce
		l.publish(ctx, tellTopic, t)
	})
}

func (l *Lines) takeTold(b []byte) {
	var t told
	if json.Unmarshal(b, &t) != nil {
		return
	}
	l.mu.Lock()
	answers := l.asking[t.Nonce]
	l.mu.Unlock()
	select {
	case answers <- t:
	default: // nobody waits any more
	}
}

// merge makes one view of what the instances told.
func merge(all []told) View {
	v := View{Lines: []Line{}}
	people := map[key]*seen{}
	for _, t := range all {
		v.Instances = append(v.Instances, t.Instance)
		for _, s := range t.Lines {
			k := key{s.Role, s.Person}
			if people[k] == nil {
				people[k] = &seen{Line: Line{Role: s.Role, Person: s.Person}}
			}
			people[k].add(s)
		}
	}
	for _, s := range people {
		// Who came back, or said goodbye since, is not lost.
		if s.Connected || s.LostAt != nil && s.Left != nil && s.Left.After(*s.LostAt) {
			s.LostAt = nil
		}
		if s.Connected || s.LostAt != nil {
			v.Lines = append(v.Lines, s.Line)
		}
	}
	slices.SortFunc(v.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Person, b.Person))
	})
	slices.SortFunc(v.Instances, func(a, b Instance) int { return cmp.Compare(a.ID, b.ID) })
	return v
}

// add takes what another instance saw of the same key.
func (s *seen) add(o seen) {
	if o.Connected && (!s.Connected || o.Since.After(*s.Since)) {
		s.Connected, s.Since, s.Requests, s.Milliseconds = true, o.Since, o.Requests, o.Milliseconds
	}
	s.Drops += o.Drops
	s.LostAt = later(s.LostAt, o.LostAt)
	s.Left = later(s.Left, o.Left)
}

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}
