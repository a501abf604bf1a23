package workshop

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"testing"
)

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func idOf(data []byte) ImageID {
	sum := sha256.Sum256(data)
	return ImageID(hex.EncodeToString(sum[:]))
}

func TestCheckImage(t *testing.T) {
	plain := picture(t, 40, 30)
	place := []byte("Exif\x00\x00GPS 51.76, 19.46")
	segment := append([]byte{0xff, 0xe1, 0, byte(len(place) + 2)}, place...)
	told := append(append(bytes.Clone(plain[:2]), segment...), plain[2:]...)
	kept, err := CheckImage(idOf(told), told)
	if err != nil || bytes.Contains(kept, []byte("GPS")) || !bytes.Equal(kept, plain) {
		t.Errorf("the place is kept: %v %q", err, kept)
	}
	for name, data := range map[string][]byte{
		"text": []byte("<svg onload=alert(1)>"), "nothing": nil, "cut off": plain[:20], "too wide": picture(t, 5_000, 1),
	} {
		if _, err := CheckImage(idOf(data), data); CodeOf(err) != CodeImageUnreadable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := CheckImage(idOf([]byte("another")), plain); CodeOf(err) != CodeImageUnreadable {
		t.Errorf("under another's name: %v", err)
	}
}
