package connect

import "sync"

// scratches are buffers for the body of one update, shared by all sessions, so
// that an idle one holds none.
var scratches = sync.Pool{New: func() any {
	b := make([]byte, 0, fastPathBody)
	return &b
}}

// fastPathBody is about the longest update that fits a fast-path frame, in bytes.
const fastPathBody = 16 << 10
