package workshop

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image/jpeg"
	"slices"
)

// Limits of one picture; Limits bounds how many. Browsers scale pictures down before they
// send them; a photograph at 1600 pixels takes about 200 KB.
const (
	ImageMaxBytes = 256 << 10
	imageMaxSide  = 4_096 // pixels
)

// ImageID is the SHA-256 of a picture as it was sent, in hexadecimal: the same
// picture sent twice is one.
type ImageID string

// CheckImage returns what is to be kept of a picture: the JPEG without the
// place, time and device that cameras write into it. It fails with
// CodeImageUnreadable where the data is no such picture, or not the one that
// the id names.
func CheckImage(id ImageID, data []byte) ([]byte, error) {
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != string(id) {
		return nil, Fail(CodeImageUnreadable)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width > imageMaxSide || size.Height > imageMaxSide || size.Width == 0 || size.Height == 0 {
		return nil, Fail(CodeImageUnreadable)
	}
	bare, ok := withoutMetadata(data)
	if !ok {
		return nil, Fail(CodeImageUnreadable)
	}
	return bare, nil
}

// keptSegments are the application segments that tell how a picture looks:
// JFIF, the colour profile, and Adobe's colour transform.
var keptSegments = []byte{0xe0, 0xe2, 0xee}

// withoutMetadata copies a JPEG but for comments and the application segments
// that say nothing about how it looks.
func withoutMetadata(data []byte) ([]byte, bool) {
	const comment, scan = 0xfe, 0xda
	out := slices.Clone(data[:2])
	for rest := data[2:]; ; {
		if len(rest) < 4 || rest[0] != 0xff {
			return nil, false
		}
		marker, length := rest[1], 2+(int(rest[2])<<8|int(rest[3]))
		if marker == 0xff { // a fill byte
			rest = rest[1:]
			continue
		}
		if length < 4 || length > len(rest) {
			return nil, false
		}
		if marker == scan {
			return append(out, rest...), true
		}
		application := marker >= 0xe0 && marker <= 0xef
		if marker != comment && (!application || slices.Contains(keptSegments, marker)) {
			out = append(out, rest[:length]...)
		}
		rest = rest[length:]
	}
}
