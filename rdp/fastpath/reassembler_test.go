package fastpath

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// TestReassemblerOrder goes through every pair and every triple of fragments: an
// update is one Single, or First, any number of Next, and Last.
func TestReassemblerOrder(t *testing.T) {
	kinds := []Fragment{Single, First, Next, Last}
	for _, a := range kinds {
		for _, b := range kinds {
			for _, c := range kinds {
				r := NewReassembler(100)
				inside := false
				for i, f := range []Fragment{a, b, c} {
					_, _, complete, err := r.Add(Update{Code: UpdateBitmap, Fragment: f, Data: []byte{byte(i)}})
					begins := f == Single || f == First
					if ok := begins != inside; !ok {
						wiretest.WantMalformed(t, fmt.Sprint(a, b, c, " at ", i), err)
						if complete {
							t.Errorf("%v %v %v: complete in spite of an error", a, b, c)
						}
						inside = false
						continue
					}
					if ends := f == Single || f == Last; err != nil || complete != ends {
						t.Errorf("%v %v %v at %d: %v, %v", a, b, c, i, complete, err)
					}
					inside = f == First || f == Next
				}
			}
		}
	}
}

func TestReassemblerOtherCode(t *testing.T) {
	r := NewReassembler(100)
	_, _, _, err := r.Add(Update{Code: UpdateBitmap, Fragment: First})
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = r.Add(Update{Code: UpdateSurfaceCommands, Fragment: Last})
	wiretest.WantMalformed(t, "another code", err)
}

func TestReassemblerLimit(t *testing.T) {
	add := func(r *Reassembler, f Fragment, n int) error {
		_, _, _, err := r.Add(Update{Code: UpdateBitmap, Fragment: f, Data: make([]byte, n)})
		return err
	}
	r := NewReassembler(10)
	for _, n := range []int{4, 4, 2} {
		f := map[int]Fragment{4: Next, 2: Last}[n]
		if f == Next && !r.inside {
			f = First
		}
		if err := add(r, f, n); err != nil {
			t.Fatalf("%v of %d: %v", f, n, err)
		}
	}
	wiretest.WantMalformed(t, "first too long", add(r, First, 11))
	if err := add(r, First, 10); err != nil {
		t.Error(err)
	}
	wiretest.WantMalformed(t, "a byte more", add(r, Next, 1))
	wiretest.WantMalformed(t, "after the error", add(r, Next, 0))
	if err := add(r, Single, 11); err != nil {
		t.Errorf("a single update stores nothing: %v", err)
	}
	if cap(r.buf) > 64 {
		t.Errorf("the buffer has %d bytes", cap(r.buf))
	}
}

func TestReassemblerCompressed(t *testing.T) {
	for _, f := range []Fragment{Single, First} {
		_, _, _, err := NewReassembler(10).Add(Update{Code: UpdateBitmap, Fragment: f, Compressed: true})
		wiretest.WantMalformed(t, f.String(), err)
	}
}

// TestReassemblerCopies: fragments are copied, a single one is not, and the
// buffer serves the next update again.
func TestReassemblerCopies(t *testing.T) {
	r := NewReassembler(100)
	frame := []byte{1, 2, 3}
	_, single, _, _ := r.Add(Update{Data: frame})
	if &single[0] != &frame[0] {
		t.Error("a single update was copied")
	}
	for _, f := range []Fragment{First, Next} {
		if _, _, complete, err := r.Add(Update{Fragment: f, Data: frame}); complete || err != nil {
			t.Fatal(complete, err)
		}
		clear(frame) // the driver reads the next frame into the same bytes
		copy(frame, []byte{4, 5, 6})
	}
	_, whole, complete, err := r.Add(Update{Fragment: Last, Data: []byte{7}})
	if want := []byte{1, 2, 3, 4, 5, 6, 7}; !complete || err != nil || !bytes.Equal(whole, want) {
		t.Errorf("% x, %v, %v", whole, complete, err)
	}
}

func TestNothingAllocates(t *testing.T) {
	data := make([]byte, 20000)
	dst := make([]byte, 0, 2*len(data))
	r := NewReassembler(len(data))
	round := func() {
		stream, err := AppendFragments(dst, UpdateBitmap, data, 16000)
		for err == nil && len(stream) > 0 {
			var size int
			var rest []byte
			var u Update
			if size, err = FrameSize(stream); err != nil {
				break
			}
			if rest, err = ParseOutput(stream[:size]); err != nil {
				break
			}
			if u, _, err = NextUpdate(rest); err != nil {
				break
			}
			_, _, _, err = r.Add(u)
			stream = stream[size:]
		}
		if err != nil {
			t.Fatal(err)
		}
		frame, err := AppendOutput(dst, UpdatePointerPosition, data[:4])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseOutput(frame); err != nil {
			t.Fatal(err)
		}
		frame, err = AppendInput(dst, 200, data[:400])
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ParseInput(frame); err != nil {
			t.Fatal(err)
		}
	}
	round() // the buffer of r grows
	if n := testing.AllocsPerRun(20, round); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
