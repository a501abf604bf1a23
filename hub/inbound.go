package hub

import (
	"encoding/binary"
	"errors"
)

// Websocket opcodes.
const (
	opMore   = 0x0 // a message goes on
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	opPong   = 0xA
)

var (
	errText    = errors.New("binary messages only")
	errTooLong = errors.New("message too large")
	errFrame   = errors.New("not a websocket frame of a client")
)

const (
	maxControl = 125 // bytes in a control frame
	// firstAlloc bounds what is set aside for a message because its header says
	// that much will come.
	firstAlloc = 64 << 10
)

// inbound assembles a connection's messages from the bytes that its socket
// gives, however they are cut. Between messages it holds no buffer.
type inbound struct {
	// most is how large a message may be. Of a larger one only the first keep
	// bytes are kept, and past bytes beyond most end the connection.
	most, keep, past int64

	header [14]byte
	have   uint8 // bytes of header
	inside bool  // the header is complete, the payload is coming
	under  bool  // a data message is under way, perhaps between two frames
	mask   [4]byte
	left   int64 // of the frame's payload
	done   int64 // of the frame's payload

	message []byte // the data message so far
	size    int64  // of it, also what was not kept
	control []byte // the control frame's payload so far
}

// inMessage is a complete message: binary, or a control frame.
type inMessage struct {
	op    byte
	data  []byte // belongs to the receiver
	whole bool   // data is all of it
}

// next takes bytes until a message is complete, ok true, or none are left.
func (in *inbound) next(b []byte) (rest []byte, m inMessage, ok bool, err error) {
	for {
		if !in.inside {
			if b, ok = in.takeHeader(b); !ok {
				return nil, m, false, nil
			}
			if err := in.begin(); err != nil {
				return nil, m, false, err
			}
		}
		n := min(in.left, int64(len(b)))
		if err := in.takePayload(b[:n]); err != nil {
			return nil, m, false, err
		}
		b = b[n:]
		in.left -= n
		in.done += n
		if in.left > 0 {
			return nil, m, false, nil
		}
		in.inside, in.have = false, 0
		if op := in.op(); op >= opClose {
			m = inMessage{op: op, data: in.control, whole: true}
			in.control = nil
			return b, m, true, nil
		}
		if in.header[0]&0x80 != 0 {
			m = inMessage{op: opBinary, data: in.message, whole: in.size <= in.most}
			in.message, in.size, in.under = nil, 0, false
			return b, m, true, nil
		}
	}
}

func (in *inbound) op() byte { return in.header[0] & 0x0f }

// takeHeader reports whether the header is complete.
func (in *inbound) takeHeader(b []byte) (rest []byte, complete bool) {
	for {
		n := copy(in.header[in.have:in.headerLength()], b)
		in.have += uint8(n)
		b = b[n:]
		if in.have >= in.headerLength() {
			return b, true
		}
		if len(b) == 0 {
			return nil, false
		}
	}
}

// headerLength is how many bytes of header there are, as far as is known.
func (in *inbound) headerLength() uint8 {
	if in.have < 2 {
		return 2
	}
	switch in.header[1] & 0x7f {
	case 127:
		return 14
	case 126:
		return 8
	}
	return 6
}

// begin checks a complete header.
func (in *inbound) begin() error {
	op, final := in.op(), in.header[0]&0x80 != 0
	if in.header[0]&0x70 != 0 || in.header[1]&0x80 == 0 { // an extension, or not masked
		return errFrame
	}
	size, at := int64(in.header[1]&0x7f), 2
	switch size {
	case 126:
		size, at = int64(binary.BigEndian.Uint16(in.header[2:])), 4
	case 127:
		size, at = int64(binary.BigEndian.Uint64(in.header[2:])), 10
	}
	in.mask = [4]byte(in.header[at : at+4])
	in.inside, in.left, in.done = true, size, 0
	switch {
	case size < 0:
		return errFrame
	case op == opText && !in.under:
		return errText
	case op == opBinary && !in.under, op == opMore && in.under:
		in.under = true
		if in.message == nil {
			in.message = make([]byte, 0, min(size, in.most, firstAlloc))
		}
		return nil
	case op >= opClose && op <= opPong && final && size <= maxControl:
		return nil
	}
	return errFrame
}

// takePayload takes a part of a frame's payload.
func (in *inbound) takePayload(b []byte) error {
	if in.op() >= opClose {
		in.control = in.unmask(in.control, b)
		return nil
	}
	in.size += int64(len(b))
	switch {
	case in.size <= in.most:
		in.message = in.unmask(in.message, b)
	case in.size-in.most > in.past:
		return errTooLong
	case int64(len(in.message)) >= in.keep:
		in.message = in.message[:in.keep:in.keep]
	default:
		in.message = in.unmask(in.message, b[:min(int64(len(b)), in.keep-int64(len(in.message)))])
	}
	return nil
}

// unmask appends a part of the payload, which begins where done says.
func (in *inbound) unmask(dst, b []byte) []byte {
	at := len(dst)
	dst = append(dst, b...)
	out := dst[at:]
	var key [8]byte
	for i := range key {
		key[i] = in.mask[(in.done+int64(i))&3]
	}
	word := binary.LittleEndian.Uint64(key[:])
	for len(out) >= 8 {
		binary.LittleEndian.PutUint64(out, binary.LittleEndian.Uint64(out)^word)
		out = out[8:]
	}
	for i := range out {
		out[i] ^= key[i]
	}
	return dst
}
