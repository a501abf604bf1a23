package board

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits of a board that comes with its pictures.
const (
	// MaxArchive is how large the file may be; MaxBoardJSON and MaxPicture bound
	// its parts once unpacked, in bytes.
	MaxArchive   = 24 << 20
	MaxBoardJSON = 4 << 20
	MaxPicture   = 256 << 10
	maxParts     = 200
)

// IsArchive reports whether data is a board with its pictures, not its JSON alone.
func IsArchive(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// DecodeArchive reads a board and the pictures on its cards, by the ids that
// the board knows them by. Pictures that no card shows are left out; what they
// hold is for the caller to check.
func DecodeArchive(data []byte) (Board, map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) > maxParts {
		return Board{}, nil, fmt.Errorf("%w: no archive, or of more than %d parts", ErrInvalid, maxParts)
	}
	var b Board
	found := false
	for _, f := range z.File {
		if f.Name == "board.json" {
			body, err := unpack(f, MaxBoardJSON)
			if err != nil {
				return Board{}, nil, err
			}
			if b, err = Decode(body); err != nil {
				return Board{}, nil, err
			}
			found = true
		}
	}
	if !found {
		return Board{}, nil, fmt.Errorf("%w: the archive has no board.json", ErrInvalid)
	}
	shown := map[string]bool{}
	for _, id := range b.Images() {
		shown[id] = true
	}
	pictures := map[string][]byte{}
	for _, f := range z.File {
		id := strings.TrimSuffix(path.Base(f.Name), ".jpg")
		if !shown[id] || path.Dir(f.Name) != "images" {
			continue
		}
		if pictures[id], err = unpack(f, MaxPicture); err != nil {
			return Board{}, nil, err
		}
	}
	return b, pictures, nil
}

// unpack reads a part of at most so many bytes.
func unpack(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrInvalid, f.Name, err)
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrInvalid, f.Name, err)
	}
	if int64(len(body)) > most {
		return nil, fmt.Errorf("%w: %s is larger than %d bytes", ErrInvalid, f.Name, most)
	}
	return body, nil
}
