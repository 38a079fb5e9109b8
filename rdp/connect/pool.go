package connect

import "sync"

// layers are buffers for one update: its body and, on the slow path, the PDUs
// around it, each of which needs to know how long the one inside is.
type layers struct{ body, share, mcs []byte }

// layersPool is shared by all sessions, so that an idle one holds none.
var layersPool = sync.Pool{New: func() any { return &layers{body: make([]byte, 0, fastPathBody)} }}

// fastPathBody is about the longest update that fits a fast-path frame, in bytes.
const fastPathBody = 16 << 10
