package fastpath

import (
	"bytes"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

func FuzzOutput(f *testing.F) {
	for _, c := range outputFrames {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		size, sizeErr := FrameSize(frame)
		if sizeErr != nil && size != 0 || size > MaxFrameSize {
			t.Fatalf("size %d with %v", size, sizeErr)
		}
		updates, err := split(frame)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if size != len(frame) {
			t.Fatalf("FrameSize %d, %v of a whole frame of %d", size, sizeErr, len(frame))
		}
		for _, u := range updates {
			if u.Compressed || u.Fragment != Single || len(u.Data) > MaxOutputData {
				continue
			}
			again, err := AppendOutput(nil, u.Code, u.Data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := split(again)
			if d := cmp.Diff([]Update{u}, got); err != nil || d != "" {
				t.Fatalf("%v %s", err, d)
			}
		}
	})
}

func FuzzInput(f *testing.F) {
	for _, c := range inputFrames {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		count, events, err := ParseInput(frame)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if len(frame) > MaxFrameSize-2 {
			return // ours may need a byte more for the count
		}
		again, err := AppendInput(nil, count, events)
		if err != nil {
			t.Fatal(err)
		}
		count2, events2, err := ParseInput(again)
		if err != nil || count2 != count || !bytes.Equal(events2, events) {
			t.Fatalf("%d % x, %v", count2, events2, err)
		}
	})
}

// FuzzReassembler feeds all updates of a stream of frames to one Reassembler.
func FuzzReassembler(f *testing.F) {
	var all []byte
	for _, c := range outputFrames {
		all = append(all, wiretest.Unhex(f, c.hex)...)
	}
	f.Add(all)
	f.Add(wiretest.Unhex(f, "000e 210100aa 310100bb 110100cc 0006 210100aa 0006 110100bb"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		const limit = 50
		r := NewReassembler(limit)
		var parts []byte // of the update being put together
		for len(stream) > 0 {
			size, err := FrameSize(stream)
			if err != nil || size == 0 || size > len(stream) {
				return
			}
			updates, _ := split(stream[:size])
			stream = stream[size:]
			for _, u := range updates {
				if u.Fragment == First || u.Fragment == Single {
					parts = parts[:0]
				}
				parts = append(parts, u.Data...)
				code, data, complete, err := r.Add(u)
				switch {
				case err != nil:
					wiretest.WantMalformed(t, "add", err)
					if complete {
						t.Fatal("complete in spite of an error")
					}
				case complete && (code != u.Code || !bytes.Equal(data, parts)):
					t.Fatalf("%v % x, want %v % x", code, data, u.Code, parts)
				case complete && u.Fragment != Single && len(data) > limit:
					t.Fatalf("%d bytes", len(data))
				}
			}
		}
	})
}
