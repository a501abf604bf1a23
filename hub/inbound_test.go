package hub

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// clientFrame is a masked frame as browsers send it.
func clientFrame(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{1, 0x77, 0xfe, byte(len(payload))}
	b = append(b, mask[:]...)
	for i, x := range payload {
		b = append(b, x^mask[i&3])
	}
	return b
}

func readAll(in *inbound, pieces ...[]byte) (got []inMessage, err error) {
	for _, b := range pieces {
		for len(b) > 0 {
			rest, m, ok, err := in.next(b)
			if err != nil {
				return got, err
			}
			if ok {
				got = append(got, m)
			}
			b = rest
		}
	}
	return got, nil
}

// TestMessagesHoweverTheyAreCut: W7. The same messages come out of the same bytes
// wherever the network has cut them.
func TestMessagesHoweverTheyAreCut(t *testing.T) {
	long := bytes.Repeat([]byte("long message "), 30)
	stream := slices.Concat(
		clientFrame(0x80|opBinary, []byte("one")),
		clientFrame(opBinary, []byte("be")), // a message in three frames, a ping among them
		clientFrame(0x80|opPing, []byte("are you there")),
		clientFrame(opMore, nil),
		clientFrame(0x80|opMore, []byte("gin")),
		clientFrame(0x80|opBinary, nil),
		clientFrame(0x80|opBinary, long),
		clientFrame(0x80|opClose, []byte{3, 232}),
	)
	want := []inMessage{
		{opBinary, []byte("one"), true}, {opPing, []byte("are you there"), true}, {opBinary, []byte("begin"), true},
		{opBinary, nil, true}, {opBinary, long, true}, {opClose, []byte{3, 232}, true},
	}
	for size := 1; size <= len(stream); size++ {
		in := &inbound{most: 1 << 10, keep: 8, past: 100}
		got, err := readAll(in, slices.Collect(slices.Chunk(stream, size))...)
		if err != nil {
			t.Fatalf("cut every %d bytes: %v", size, err)
		}
		if !slices.EqualFunc(got, want, func(a, b inMessage) bool {
			return a.op == b.op && a.whole == b.whole && bytes.Equal(a.data, b.data)
		}) {
			t.Fatalf("cut every %d bytes: %v", size, got)
		}
	}
}

// TestMessagesTooLargeKeepTheirBeginning: R8.
func TestMessagesTooLargeKeepTheirBeginning(t *testing.T) {
	large := bytes.Repeat([]byte("0123456789"), 15)
	stream := slices.Concat(clientFrame(0x80|opBinary, large), clientFrame(0x80|opBinary, []byte("next")))
	for size := 1; size <= len(stream); size++ {
		in := &inbound{most: 100, keep: 12, past: 50}
		got, err := readAll(in, slices.Collect(slices.Chunk(stream, size))...)
		if err != nil || len(got) != 2 || got[0].whole || string(got[0].data) != "012345678901" || string(got[1].data) != "next" {
			t.Fatalf("cut every %d bytes: %v, %v", size, got, err)
		}
	}
	in := &inbound{most: 100, keep: 12, past: 49}
	if _, err := readAll(in, stream); !errors.Is(err, errTooLong) {
		t.Errorf("one that never ends: %v", err)
	}
}

// TestFramesNoClientSends: W7.
func TestFramesNoClientSends(t *testing.T) {
	unmasked := []byte{0x80 | opBinary, 1, 'x'}
	for name, tc := range map[string]struct {
		stream []byte
		want   error
	}{
		"Unmasked":        {unmasked, errFrame},
		"Compressed":      {clientFrame(0xc0|opBinary, []byte("x")), errFrame},
		"Text":            {clientFrame(0x80|opText, []byte("x")), errText},
		"UnknownOpcode":   {clientFrame(0x80|0x3, nil), errFrame},
		"LongPing":        {clientFrame(0x80|opPing, make([]byte, 126)), errFrame},
		"PingInParts":     {clientFrame(opPing, nil), errFrame},
		"MoreOfNothing":   {clientFrame(0x80|opMore, []byte("x")), errFrame},
		"BeginsWithinOne": {slices.Concat(clientFrame(opBinary, nil), clientFrame(opBinary, nil)), errFrame},
		"NegativeLength":  {append([]byte{0x80 | opBinary, 0xff, 0x80}, make([]byte, 11)...), errFrame},
	} {
		if _, err := readAll(&inbound{most: 100, keep: 10, past: 100}, append(tc.stream, make([]byte, 8)...)); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

// FuzzInbound: W7. Whatever bytes come, however they are cut, nothing panics and no
// more is kept than was sent.
func FuzzInbound(f *testing.F) {
	f.Add(clientFrame(0x80|opBinary, []byte("hello")), uint8(3))
	f.Add(slices.Concat(clientFrame(opBinary, []byte("hel")), clientFrame(0x80|opMore, []byte("lo"))), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		in := &inbound{most: 64, keep: 16, past: 64}
		got, _ := readAll(in, slices.Collect(slices.Chunk(stream, int(size)+1))...)
		kept := 0
		for _, m := range got {
			kept += len(m.data)
		}
		if kept+cap(in.message) > len(stream)+128 {
			t.Errorf("%d bytes kept of %d", kept+cap(in.message), len(stream))
		}
	})
}
