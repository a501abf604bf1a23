package ydoc

// Kind is the kind of a shared type, numbered as on the wire.
type Kind uint8

// The shared types of Yjs.
const (
	KindArray Kind = iota
	KindMap
	KindText
	KindXMLElement
	KindXMLFragment
	KindXMLHook
	KindXMLText
	// KindUnknown is a root nobody has named a kind for yet. Updates do not
	// say what their roots are.
	KindUnknown Kind = 255
)

// String returns the name yjs gives the kind.
func (k Kind) String() string {
	switch k {
	case KindArray:
		return "YArray"
	case KindMap:
		return "YMap"
	case KindText:
		return "YText"
	case KindXMLElement:
		return "YXmlElement"
	case KindXMLFragment:
		return "YXmlFragment"
	case KindXMLHook:
		return "YXmlHook"
	case KindXMLText:
		return "YXmlText"
	}
	return "unknown"
}

// named reports whether types of this kind carry a node name.
func (k Kind) named() bool { return k == KindXMLElement || k == KindXMLHook }

// Type is a shared type inside a document: a list of items, a map of items, or
// both. Like its document it is not safe for concurrent use. A Type stays
// readable after it was deleted; it is then empty.
type Type struct {
	doc     *Doc
	item    *item // the item that holds this type; nil for a root
	first   *item
	entries entries
	name    string // of a root, or node name
	length  uint32 // sum of the listed items
	kind    Kind
	depth   uint8 // 0 for a root
	gone    bool  // garbage collected
}

// Kind returns what the type is.
func (t *Type) Kind() Kind { return t.kind }

// Name returns the node name of an XML element or hook, or the name of a root.
func (t *Type) Name() string { return t.name }

// deleted reports whether the item that holds the type was deleted.
func (t *Type) deleted() bool { return t.gone || t.item != nil && t.item.deleted() }

// keyID is a map key's index in Doc.keys; noKey says the item is in a list.
type keyID uint32

const noKey keyID = 0

// keyTable gives every map key of a document a number.
type keyTable struct {
	names []string // names[0] is unused
	ids   map[string]keyID
}

func newKeyTable() keyTable {
	return keyTable{names: []string{""}, ids: map[string]keyID{}}
}

func (k *keyTable) name(id keyID) string { return k.names[id] }

func (k *keyTable) intern(name []byte) keyID {
	if id, ok := k.ids[string(name)]; ok {
		return id
	}
	id := keyID(len(k.names))
	k.names = append(k.names, string(name))
	k.ids[k.names[id]] = id
	return id
}

// truncate forgets the keys from n on.
func (k *keyTable) truncate(n int) {
	for _, name := range k.names[n:] {
		delete(k.ids, name)
	}
	clear(k.names[n:])
	k.names = k.names[:n]
}

// entries holds the newest item of each key of one type. Most maps are small:
// a card has some eight keys, and a search over eight numbers is faster and
// much smaller than a hash map.
type entries struct {
	few  []entry
	many map[keyID]*item
}

type entry struct {
	key  keyID
	item *item
}

const fewEntries = 12

func (e *entries) get(key keyID) *item {
	if e.many != nil {
		return e.many[key]
	}
	for i := range e.few {
		if e.few[i].key == key {
			return e.few[i].item
		}
	}
	return nil
}

func (e *entries) set(key keyID, it *item) {
	if e.many != nil {
		e.many[key] = it
		return
	}
	for i := range e.few {
		if e.few[i].key == key {
			e.few[i].item = it
			return
		}
	}
	if len(e.few) < fewEntries {
		e.few = append(e.few, entry{key, it})
		return
	}
	e.many = make(map[keyID]*item, 4*fewEntries)
	for _, old := range e.few {
		e.many[old.key] = old.item
	}
	e.few = nil
	e.many[key] = it
}

func (e *entries) remove(key keyID) {
	if e.many != nil {
		delete(e.many, key)
		return
	}
	for i := range e.few {
		if e.few[i].key == key {
			last := len(e.few) - 1
			e.few[i] = e.few[last]
			e.few[last] = entry{}
			e.few = e.few[:last]
			return
		}
	}
}

// all calls f for each key's newest item, deleted ones included. The order is
// not defined. f must not change the entries.
func (e *entries) all(f func(keyID, *item)) {
	for _, entry := range e.few {
		f(entry.key, entry.item)
	}
	for key, it := range e.many {
		f(key, it)
	}
}

func (e *entries) reset() { *e = entries{} }
