package ydoc

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// ErrRange: a position lies outside the type, or inside a character.
var ErrRange = errors.New("position out of range")

// ErrKind: the type is not of the kind the operation needs.
var ErrKind = errors.New("wrong kind of shared type")

// Txn is a change being made to a document by the server itself. It is valid
// inside the function given to Transact.
type Txn struct {
	doc    *Doc
	client *clientStructs
}

// Transact lets f change the document under a client id, which must be nobody
// else's: ids come from client and the clock the document has for it. It
// returns the canonical update of the change, nil if f changed nothing. When f
// returns an error the document is left as it was and Transact returns it.
func (d *Doc) Transact(client uint64, f func(*Txn) error) (update []byte, err error) {
	if client > maxInteger {
		return nil, refuse(ErrMalformed, "client id above 2^53")
	}
	if d.txn.open {
		return nil, errNested
	}
	d.begin(d.lim.ScanSteps)
	x := &Txn{doc: d, client: d.client(client)}
	d.touch(x.client)
	done := false
	defer func() {
		if !done { // f failed or panicked
			x.doc = nil
			d.rollback()
		}
	}()
	if err := f(x); err != nil {
		return nil, err
	}
	done = true
	x.doc = nil
	if x.client.end == d.txn.touched[0].before {
		d.txn.touched = d.txn.touched[:0]
		x.client.before = none
		if x.client.end == 0 {
			d.truncateClients(d.txn.clientsBefore)
		}
	}
	return d.finish(), nil
}

// Doc returns the document being changed, to be read.
func (x *Txn) Doc() *Doc { return x.doc }

// Root returns a root type, as Doc.Root.
func (x *Txn) Root(name string, kind Kind) *Type { return x.doc.Root(name, kind) }

// Set puts a value under a key of a map, or an attribute on an XML element or a
// text. Values are those Get returns, except shared types (see SetType); Go's
// number types become numbers.
func (x *Txn) Set(m *Type, key string, value any) error {
	kind, data, err := x.encode(value)
	if err != nil {
		return err
	}
	_, err = x.setItem(m, key, item{kind: kind, data: data})
	return err
}

// SetType puts a new, empty shared type under a key of a map and returns it.
func (x *Txn) SetType(m *Type, key string, kind Kind) (*Type, error) {
	if kind > KindXMLText || kind.named() {
		return nil, ErrKind
	}
	return x.setType(m, key, &Type{kind: kind})
}

// SetElement puts a new, empty XML element under a key of a map.
func (x *Txn) SetElement(m *Type, key, name string) (*Type, error) {
	if !utf8.ValidString(name) {
		return nil, refuse(ErrMalformed, "invalid UTF-8")
	}
	return x.setType(m, key, &Type{kind: KindXMLElement, name: name})
}

func (x *Txn) setType(m *Type, key string, t *Type) (*Type, error) {
	if _, err := x.setItem(m, key, item{kind: kindType, shared: t}); err != nil {
		return nil, err
	}
	return t, nil
}

// Delete removes a key of a map. Removing what is not there is no error.
func (x *Txn) Delete(m *Type, key string) error {
	if err := x.usable(m); err != nil {
		return err
	}
	if id, ok := x.doc.keys.ids[key]; ok {
		if it := m.entries.get(id); it != nil {
			x.doc.delete(it)
		}
	}
	return nil
}

func (x *Txn) setItem(m *Type, key string, content item) (*item, error) {
	if err := x.usable(m); err != nil {
		return nil, err
	}
	if m.kind == KindArray || m.kind == KindXMLFragment {
		return nil, ErrKind
	}
	if !utf8.ValidString(key) {
		return nil, refuse(ErrMalformed, "invalid UTF-8")
	}
	content.key = x.doc.keys.intern([]byte(key))
	return x.add(m, m.entries.get(content.key), nil, 1, content)
}

// Insert puts values into a list at an index.
func (x *Txn) Insert(list *Type, index int, values ...any) error {
	if err := x.usable(list); err != nil {
		return err
	}
	left, right, err := x.position(list, index)
	if err != nil {
		return err
	}
	for len(values) > 0 {
		kind, data, err := x.encode(values[0])
		if err != nil {
			return err
		}
		n := 1
		for ; kind == kindAny && n < len(values); n++ { // plain values share an item
			if !packs(values[n]) {
				break
			}
			if data, err = appendAny(data, values[n], x.doc.lim.Depth); err != nil {
				return err
			}
		}
		if left, err = x.add(list, left, right, n, item{kind: kind, data: data}); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// InsertType puts a new, empty shared type into a list, or into a text as one
// unit without attributes, and returns it.
func (x *Txn) InsertType(list *Type, index int, kind Kind) (*Type, error) {
	if kind > KindXMLText || kind.named() {
		return nil, ErrKind
	}
	return x.insertType(list, index, &Type{kind: kind})
}

// InsertElement puts a new, empty XML element into a list and returns it. Its
// attributes are set with Set.
func (x *Txn) InsertElement(list *Type, index int, name string) (*Type, error) {
	if !utf8.ValidString(name) {
		return nil, refuse(ErrMalformed, "invalid UTF-8")
	}
	return x.insertType(list, index, &Type{kind: KindXMLElement, name: name})
}

func (x *Txn) insertType(list *Type, index int, t *Type) (*Type, error) {
	if err := x.usable(list); err != nil {
		return nil, err
	}
	content := item{kind: kindType, shared: t}
	if list.kind == KindText || list.kind == KindXMLText {
		c, err := x.textAt(list, index)
		if err == nil {
			err = c.insert(1, content, nil)
		}
		return t, err
	}
	left, right, err := x.position(list, index)
	if err == nil {
		_, err = x.add(list, left, right, 1, content)
	}
	return t, err
}

// packs reports whether a value shares an item with its neighbours.
func packs(value any) bool {
	switch value.(type) {
	case []byte, Subdoc:
		return false
	}
	return true
}

// DeleteRange removes n units of a list or text from index on.
func (x *Txn) DeleteRange(t *Type, index, n int) error {
	if err := x.usable(t); err != nil {
		return err
	}
	if n < 0 || index < 0 || index+n > int(t.length) {
		return ErrRange
	}
	if t.kind == KindText || t.kind == KindXMLText {
		c, err := x.textAt(t, index)
		if err != nil || n == 0 {
			return err
		}
		return c.delete(n)
	}
	_, it, err := x.position(t, index)
	for left := uint32(n); err == nil && left > 0; it = it.right {
		if !it.listed() {
			continue
		}
		if it.length > left {
			if err = x.cut(it, left); err != nil {
				return err
			}
		}
		left -= it.length
		x.doc.delete(it)
	}
	return err
}

// position returns the items before and behind an index, splitting one if the
// index lies inside it.
func (x *Txn) position(t *Type, index int) (left, right *item, err error) {
	if index < 0 || index > int(t.length) {
		return nil, nil, ErrRange
	}
	rest := uint32(index)
	for right = t.first; right != nil && rest > 0; right = right.right {
		if right.listed() {
			if rest < right.length {
				if err := x.cut(right, rest); err != nil {
					return nil, nil, err
				}
			}
			rest -= right.length
		}
		left = right
	}
	return left, right, nil
}

// cut splits an item before unit offset.
func (x *Txn) cut(it *item, offset uint32) error {
	if it.cuts(offset) {
		return ErrRange
	}
	c := x.doc.clients[it.client]
	x.doc.split(c, c.find(it.clock), offset)
	return nil
}

// add inserts new content of n units between two neighbours.
func (x *Txn) add(parent *Type, left, right *item, n int, content item) (*item, error) {
	c := x.client
	switch {
	case uint64(c.end)+uint64(n) > x.doc.lim.Clock:
		return nil, refuse(ErrLimit, "clock too high")
	case x.doc.structs >= x.doc.lim.Structs:
		return nil, refuse(ErrLimit, "too many structs in the document")
	case content.shared != nil && int(parent.depth)+1 > x.doc.lim.Depth:
		return nil, refuse(ErrLimit, "types nested too deeply")
	}
	it := x.doc.slab.get()
	*it = content
	it.parent, it.client, it.clock, it.length = parent, c.index, c.end, uint32(n)
	it.originClient, it.rightClient = none, none
	if left != nil {
		it.originClient, it.originClock = left.client, left.lastClock()
	}
	if right != nil {
		it.rightClient, it.rightClock = right.client, right.clock
	}
	if it.shared != nil {
		it.shared.doc, it.shared.item, it.shared.depth = x.doc, it, parent.depth+1
	}
	x.doc.insert(it, left)
	return it, nil
}

// encode turns a value into content.
func (x *Txn) encode(value any) (contentKind, []byte, error) {
	switch v := value.(type) {
	case []byte:
		return kindBinary, appendBytes(nil, v), nil
	case Subdoc:
		return x.encodeSubdoc(v)
	}
	data, err := appendAny(nil, value, x.doc.lim.Depth)
	return kindAny, data, err
}

func (x *Txn) encodeSubdoc(sub Subdoc) (contentKind, []byte, error) {
	if !utf8.ValidString(sub.GUID) {
		return 0, nil, refuse(ErrMalformed, "invalid UTF-8")
	}
	options, ok := sub.Options.(map[string]any)
	if !ok && sub.Options != nil {
		return 0, nil, refuse(ErrMalformed, "subdocument options are no object")
	}
	data, err := appendAnyObject(appendString(nil, sub.GUID), options, x.doc.lim.Depth)
	return kindDoc, data, err
}

// usable reports why a type cannot be changed in this transaction.
func (x *Txn) usable(t *Type) error {
	switch {
	case x.doc == nil:
		return errors.New("ydoc: transaction is over")
	case t == nil:
		return fmt.Errorf("ydoc: no such shared type: %w", ErrKind)
	case t.doc != x.doc:
		return fmt.Errorf("ydoc: shared type of another document: %w", ErrKind)
	case t.deleted():
		return fmt.Errorf("ydoc: shared type was deleted: %w", ErrKind)
	}
	return nil
}
