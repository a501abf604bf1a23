package hub

import "github.com/pathboard/pathboard/hub/store"

// Archive is a document outside any store, in a form that outlives the hub's
// own formats: a Yjs update (V1) and the owners of its client ids.
type Archive struct {
	Update []byte
	Owners map[uint64]string // client id -> subject
}

// NewArchive folds what a store holds of a document. An error means that the
// document cannot be read, and so not served either.
func NewArchive(l store.Loaded) (Archive, error) {
	c := newCore(DefaultLimits(), incarnation{}, 0, false)
	if err := c.load(l); err != nil {
		return Archive{}, err
	}
	return Archive{Update: c.doc.EncodeStateAsUpdate(nil), Owners: c.owners}, nil
}

// Snapshot is the archive as store.Restorer takes it, after it was read
// through: what is no document is refused.
func (a Archive) Snapshot() ([]byte, error) {
	data := snapshotRecord{owners: a.Owners, state: a.Update}.encode()
	if _, err := NewArchive(store.Loaded{Snapshot: store.Snapshot{Version: 1, Data: data}}); err != nil {
		return nil, err
	}
	return data, nil
}
