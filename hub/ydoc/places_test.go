package ydoc

import (
	"slices"
)

// place is a shared type and how to get there.
type place struct {
	root string
	path []any
	t    *Type
}

// places lists all shared types of a document, roots first.
func places(d *Doc) []place {
	var all []place
	for _, root := range slices.Sorted(mapKeys(viewRoots)) {
		all = append(all, place{root, []any{}, d.Root(root, viewRoots[root])})
	}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].children()...)
	}
	return all
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (p place) children() (all []place) {
	child := func(step any, t *Type) {
		all = append(all, place{p.root, append(slices.Clone(p.path), step), t})
	}
	index := 0
	for it := p.t.first; it != nil; it = it.right {
		if it.listed() {
			if it.shared != nil {
				child(index, it.shared)
			}
			index += int(it.length)
		}
	}
	if p.t.kind == KindText || p.t.kind == KindXMLText || p.t.kind == KindXMLElement {
		return all // attributes are values in every history
	}
	for _, key := range p.t.Keys() {
		if t := p.t.GetType(key); t != nil {
			child(key, t)
		}
	}
	return all
}

// states has yjs make a history and returns its state after half and all of it.
func states(o *oracle, seed uint64) (*history, error) {
	one, err := o.histories(seed, 1)
	if err != nil {
		return nil, err
	}
	if _, err := o.judge(seed, 1, nil); err != nil { // forget it
		return nil, err
	}
	return one[0], nil
}

// open returns a document with a state in it.
func open(gc bool, updates ...[]byte) (*Doc, error) {
	d := New(Options{KeepDeleted: !gc})
	for _, u := range updates {
		if _, err := d.Apply(u); err != nil {
			return nil, err
		}
	}
	return d, nil
}
