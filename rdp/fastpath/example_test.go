package fastpath_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/fastpath"
)

// A client reads frames from a server. The first byte says of which kind the
// frame is, the next two at most how long.
func Example() {
	stream, err := fastpath.AppendFragments(nil, fastpath.UpdateBitmap, []byte("a large picture"), 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	whole := fastpath.NewReassembler(65536)
	for len(stream) > 0 {
		size, err := fastpath.FrameSize(stream)
		if err != nil || !fastpath.Is(stream[0]) {
			fmt.Println(err)
			return
		}
		updates, err := fastpath.ParseOutput(stream[:size])
		for err == nil && len(updates) > 0 {
			var u fastpath.Update
			if u, updates, err = fastpath.NextUpdate(updates); err != nil {
				break
			}
			fmt.Println(u.Fragment, len(u.Data))
			if code, data, complete, err := whole.Add(u); err == nil && complete {
				fmt.Printf("%v: %s\n", code, data)
			}
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		stream = stream[size:]
	}
	// Output:
	// FASTPATH_FRAGMENT_FIRST 8
	// FASTPATH_FRAGMENT_LAST 7
	// FASTPATH_UPDATETYPE_BITMAP: a large picture
}
