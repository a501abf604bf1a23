package ydoc

// Limits bound what one update, and the document it goes into, may ask for.
// A field left at zero means the engine's own ceiling, so Limits{} is right
// for bytes from one's own storage and DefaultLimits for bytes from a network.
type Limits struct {
	// UpdateBytes is the size of one update.
	UpdateBytes int
	// UpdateStructs is the number of structs in one update.
	UpdateStructs int
	// UpdateDeletes is the number of delete ranges in one update.
	UpdateDeletes int
	// Depth is how far shared types may nest, and values inside one Any or
	// JSON value. Browsers overflow their stack at a few thousand.
	Depth int
	// Clock is the highest clock a client may reach.
	Clock uint64
	// Clients is the number of client ids a document may hold. Same-place
	// inserts cost time in proportion to it.
	Clients int
	// Structs is the number of structs a document may hold.
	Structs int
	// ScanSteps and ScanPerStruct bound the search for an insert's place among
	// concurrent inserts: an update may take ScanSteps plus ScanPerStruct for
	// each of its structs. A step costs some 5 to 50 ns.
	ScanSteps     int
	ScanPerStruct int
	// SplitSurrogates accepts updates that cut a UTF-16 surrogate pair. Yjs
	// replaces both halves by U+FFFD, and its replicas then disagree among
	// themselves; so by default such updates are refused.
	SplitSurrogates bool
}

// The engine's ceilings, in force whatever Limits say.
const (
	maxUpdateBytes = 1 << 30
	maxDepth       = 256
	// maxClock keeps clocks and lengths in 32 bits, which halves an item.
	maxClock   = 1<<32 - 2
	maxClients = 1 << 24
	unlimited  = int(^uint(0) >> 1)
)

// DefaultLimits are for updates from strangers.
func DefaultLimits() Limits {
	return Limits{
		UpdateBytes:   4 << 20,
		UpdateStructs: 200_000,
		UpdateDeletes: 50_000,
		Depth:         32,
		Clock:         1<<31 - 1,
		Clients:       2_000,
		Structs:       400_000,
		ScanSteps:     1 << 20,
		ScanPerStruct: 64,
	}
}

// effective replaces zeroes by ceilings and cuts what lies above them.
func (l Limits) effective() Limits {
	l.UpdateBytes = ceiling(l.UpdateBytes, maxUpdateBytes)
	l.UpdateStructs = ceiling(l.UpdateStructs, unlimited)
	l.UpdateDeletes = ceiling(l.UpdateDeletes, unlimited)
	l.Depth = ceiling(l.Depth, maxDepth)
	l.Clients = ceiling(l.Clients, maxClients)
	l.Structs = ceiling(l.Structs, unlimited)
	l.ScanSteps = ceiling(l.ScanSteps, unlimited/2)
	l.ScanPerStruct = ceiling(l.ScanPerStruct, 1<<24)
	if l.Clock == 0 || l.Clock > maxClock {
		l.Clock = maxClock
	}
	return l
}

func ceiling(n, limit int) int {
	if n <= 0 || n > limit {
		return limit
	}
	return n
}

// SetLimits replaces the document's limits for what comes from now on. What
// was accepted once, and comes back from one's own storage, must not fail:
// replay it under Limits{SplitSurrogates: true}.
func (d *Doc) SetLimits(lim Limits) { d.lim = lim.effective() }
