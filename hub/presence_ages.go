package hub

import (
	"encoding/binary"
	"time"
)

// tellAges tells the other hubs how long everybody here has been silent. An
// announcement alone would be a sign of life for somebody whose line is dead
// already, and were the goodbye lost as well, another hub would show them for
// presenceTTL from then on.
func (c *core) tellAges(now time.Time) {
	var b []byte
	for _, client := range c.presence.order {
		if e := c.presence.entries[client]; e.member != 0 {
			age := max(0, now.Sub(e.seen).Milliseconds())
			b = binary.AppendUvarint(binary.AppendUvarint(b, client), e.Clock)
			b = binary.AppendUvarint(b, uint64(age))
		}
	}
	if len(b) > 0 {
		c.notice(noticeAges, b)
	}
}

// remoteAges takes another hub's word for when it last heard its clients. What
// it says of a client that has come here since, or of a state that is not the
// newest known, is passed over.
func (c *core) remoteAges(b []byte, now time.Time) {
	for len(b) > 0 {
		var said [3]uint64 // client, clock, age in ms
		for i := range said {
			v, n := binary.Uvarint(b)
			if n <= 0 {
				return
			}
			said[i], b = v, b[n:]
		}
		age := time.Duration(min(said[2], uint64(time.Hour.Milliseconds()))) * time.Millisecond
		if e := c.presence.entries[said[0]]; e != nil && e.member == 0 && e.Clock <= said[1] {
			e.seen = now.Add(-age)
		}
	}
}
