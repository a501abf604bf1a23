package hub

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// What the hub keeps in the store. Both formats begin with a version byte.
//
//	entry    = 1 incarnation(8) subject update
//	entry    = 2 incarnation(8) snapshot
//	snapshot = 1 count { subject } count { clientID subjectIndex } state
//
// The incarnation names the room that appended the entry, so that it can
// recognise its own when the bus delivers them; subject says who wrote. An entry
// of version 2 may hold what several people wrote, brought back after the store
// had lost it. Strings and the update stand behind their length; the state runs to
// the end.

const (
	recordVersion = 1
	ownedRecord   = 2
)

var errRecord = errors.New("hub: unreadable record")

// incarnation names one room for as long as it holds the document in memory.
type incarnation [8]byte

type entryRecord struct {
	room    incarnation
	subject string
	update  []byte
	// owners says who wrote, if it was not subject alone.
	owners map[uint64]string
}

// owner is who wrote under a client id; false if that is not known.
func (e entryRecord) owner(client uint64) (string, bool) {
	if e.owners == nil {
		return e.subject, true
	}
	subject, ok := e.owners[client]
	return subject, ok
}

func (e entryRecord) encode() []byte {
	if e.owners != nil {
		return append(append([]byte{ownedRecord}, e.room[:]...), snapshotRecord{owners: e.owners, state: e.update}.encode()...)
	}
	b := make([]byte, 0, 1+8+2+len(e.subject)+4+len(e.update))
	b = append(append(b, recordVersion), e.room[:]...)
	b = appendField(b, e.subject)
	return appendField(b, e.update)
}

func decodeEntry(b []byte) (entryRecord, error) {
	if len(b) < 9 || b[0] != recordVersion && b[0] != ownedRecord {
		return entryRecord{}, fmt.Errorf("%w: entry", errRecord)
	}
	var e entryRecord
	copy(e.room[:], b[1:9])
	if b[0] == ownedRecord {
		s, err := decodeSnapshot(b[9:])
		e.update, e.owners = s.state, s.owners
		return e, err
	}
	subject, rest, ok := takeField(b[9:])
	if !ok {
		return entryRecord{}, fmt.Errorf("%w: entry subject", errRecord)
	}
	update, rest, ok := takeField(rest)
	if !ok || len(rest) != 0 {
		return entryRecord{}, fmt.Errorf("%w: entry update", errRecord)
	}
	e.subject, e.update = string(subject), update
	return e, nil
}

// snapshotRecord is a document with the owners of its client ids.
type snapshotRecord struct {
	owners map[uint64]string
	state  []byte
}

func (s snapshotRecord) encode() []byte {
	clients := make([]uint64, 0, len(s.owners))
	index := map[string]uint64{}
	for client, subject := range s.owners {
		clients = append(clients, client)
		index[subject] = 0
	}
	slices.Sort(clients)
	subjects := make([]string, 0, len(index))
	for subject := range index {
		subjects = append(subjects, subject)
	}
	slices.Sort(subjects)
	b := append(make([]byte, 0, len(s.state)+48*len(subjects)+10*len(clients)+8), recordVersion)
	b = binary.AppendUvarint(b, uint64(len(subjects)))
	for i, subject := range subjects {
		index[subject] = uint64(i)
		b = appendField(b, subject)
	}
	b = binary.AppendUvarint(b, uint64(len(clients)))
	for _, client := range clients {
		b = binary.AppendUvarint(binary.AppendUvarint(b, client), index[s.owners[client]])
	}
	return append(b, s.state...)
}

func decodeSnapshot(b []byte) (snapshotRecord, error) {
	s := snapshotRecord{owners: map[uint64]string{}}
	if len(b) == 0 || b[0] != recordVersion {
		return s, fmt.Errorf("%w: snapshot", errRecord)
	}
	n, b, ok := takeUint(b[1:])
	if !ok || n > uint64(len(b)) {
		return s, fmt.Errorf("%w: snapshot subjects", errRecord)
	}
	subjects := make([]string, n)
	for i := range subjects {
		var field []byte
		if field, b, ok = takeField(b); !ok {
			return s, fmt.Errorf("%w: snapshot subject", errRecord)
		}
		subjects[i] = string(field)
	}
	if n, b, ok = takeUint(b); !ok || n > uint64(len(b)) {
		return s, fmt.Errorf("%w: snapshot owners", errRecord)
	}
	for range n {
		var client, at uint64
		if client, b, ok = takeUint(b); ok {
			at, b, ok = takeUint(b)
		}
		if !ok || at >= uint64(len(subjects)) {
			return s, fmt.Errorf("%w: snapshot owner", errRecord)
		}
		s.owners[client] = subjects[at]
	}
	s.state = b
	return s, nil
}

func appendField[T ~string | ~[]byte](b []byte, v T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(v))), v...)
}

func takeUint(b []byte) (uint64, []byte, bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, b, false
	}
	return n, b[size:], true
}

func takeField(b []byte) (field, rest []byte, ok bool) {
	n, b, ok := takeUint(b)
	if !ok || n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n:n], b[n:], true
}
