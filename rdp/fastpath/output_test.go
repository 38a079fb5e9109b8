package fastpath

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// "frame markers" is the update in the tests of IronRDP
// (crates/ironrdp-pdu/src/basic_output/fast_path/tests.rs). The others are made
// by hand from MS-RDPBCGR 2.2.9.1.2.
var outputFrames = []struct {
	name    string
	hex     string
	updates []Update
}{
	{"frame markers", "0015 041000 0400000000000000 0400010000000000", []Update{
		{Code: UpdateSurfaceCommands, Data: []byte{4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, 0}},
	}},
	{"synchronize", "0005 030000", []Update{{Code: UpdateSynchronize, Data: []byte{}}}},
	{"several updates", "000f 050000 060000 080400 01000200", []Update{
		{Code: UpdatePointerHidden, Data: []byte{}},
		{Code: UpdatePointerDefault, Data: []byte{}},
		{Code: UpdatePointerPosition, Data: []byte{1, 0, 2, 0}},
	}},
	{"fragments", "000e 210100aa 310100bb 110100cc", []Update{
		{Code: UpdateBitmap, Fragment: First, Data: []byte{0xaa}},
		{Code: UpdateBitmap, Fragment: Next, Data: []byte{0xbb}},
		{Code: UpdateBitmap, Fragment: Last, Data: []byte{0xcc}},
	}},
	{"compression in use, this one is not", "0007 81 00 0100 aa", []Update{{Code: UpdateBitmap, Data: []byte{0xaa}}}},
	{"compressed", "0007 81 21 0100 aa", []Update{{Code: UpdateBitmap, Compressed: true, Data: []byte{0xaa}}}},
	{"none", "0002", nil},
	{"long length", "0080 06 030000", []Update{{Code: UpdateSynchronize, Data: []byte{}}}},
	{"unknown codes", "0008 070000 0f0000", []Update{{Code: 7, Data: []byte{}}, {Code: 15, Data: []byte{}}}},
}

// split reads all updates of a frame.
func split(frame []byte) (all []Update, err error) {
	rest, err := ParseOutput(frame)
	for err == nil && len(rest) > 0 {
		var u Update
		if u, rest, err = NextUpdate(rest); err == nil {
			all = append(all, u)
		}
	}
	return all, err
}

func TestOutput(t *testing.T) {
	for _, c := range outputFrames {
		frame := wiretest.Unhex(t, c.hex)
		got, err := split(frame)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.updates, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		for n := range frame {
			_, err := ParseOutput(frame[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		_, err = ParseOutput(append(frame, 0))
		wiretest.WantMalformed(t, c.name+" and a byte", err)
	}
}

func TestNextUpdateTruncated(t *testing.T) {
	for _, s := range []string{"01 0300 aabbcc", "81 00 0300 aabbcc", "81 21 0300 aabbcc"} {
		b := wiretest.Unhex(t, s)
		for n := range b {
			u, rest, err := NextUpdate(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", s, n), err)
			if u.Data != nil || rest != nil {
				t.Errorf("%s cut to %d: %v and % x in spite of %v", s, n, u, rest, err)
			}
		}
		if _, rest, err := NextUpdate(append(b, 9)); err != nil || !bytes.Equal(rest, []byte{9}) {
			t.Errorf("%s: rest % x, %v", s, rest, err)
		}
	}
	for _, s := range []string{"41 0000", "c1 0000", "01 ffff 00"} {
		_, _, err := NextUpdate(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, s, err)
	}
}

func TestAppendOutput(t *testing.T) {
	for _, n := range []int{0, 1, 121, 122, 123, 4096, MaxOutputData} {
		data := bytes.Repeat([]byte{0xab}, n)
		frame, err := AppendOutput([]byte{9}, UpdateBitmap, data)
		if err != nil {
			t.Fatal(err)
		}
		frame = frame[1:]
		if size, err := FrameSize(frame); err != nil || size != len(frame) || size > 16383 {
			t.Errorf("%d bytes: FrameSize %d of %d, %v", n, size, len(frame), err)
		}
		got, err := split(frame)
		if d := cmp.Diff([]Update{{Code: UpdateBitmap, Data: data}}, got); err != nil || d != "" {
			t.Errorf("%d bytes: %v %s", n, err, d)
		}
	}
	out, err := AppendOutput([]byte{9}, UpdateBitmap, make([]byte, MaxOutputData+1))
	wiretest.WantMisuse(t, "too long", err)
	_, err2 := AppendOutput(nil, 16, nil)
	wiretest.WantMisuse(t, "code 16", err2)
	if len(out) != 1 {
		t.Errorf("wrote % x", out[:8])
	}
}

func TestAppendOutputBytes(t *testing.T) {
	got, err := AppendOutput(nil, UpdateSynchronize, nil)
	if want := wiretest.Unhex(t, "0005 030000"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("% x, %v", got, err)
	}
}

// TestFragments: whatever the size of the pieces, they give the whole again.
func TestFragments(t *testing.T) {
	data := make([]byte, 40000)
	for i := range data {
		data[i] = byte(i * 7 >> 3)
	}
	for _, n := range []int{0, 1, 2, 3, 9, 10, 11, 1000, 16377, 16378, len(data)} {
		for _, most := range []int{1, 2, 10, 16000, MaxOutputData} {
			if n/most > 2000 {
				continue
			}
			stream, err := AppendFragments(nil, UpdateSurfaceCommands, data[:n], most)
			if err != nil {
				t.Fatal(err)
			}
			r := NewReassembler(len(data))
			frames, done := 0, false
			for len(stream) > 0 {
				size, err := FrameSize(stream)
				if err != nil || size == 0 || size > len(stream) {
					t.Fatalf("%d in %d: frame of %d, %v", n, most, size, err)
				}
				updates, err := split(stream[:size])
				if err != nil || len(updates) != 1 || len(updates[0].Data) > most || done {
					t.Fatalf("%d in %d: %v, %v, %v", n, most, updates, done, err)
				}
				code, whole, complete, err := r.Add(updates[0])
				if err != nil {
					t.Fatal(err)
				}
				if complete && (code != UpdateSurfaceCommands || !bytes.Equal(whole, data[:n])) {
					t.Fatalf("%d in %d: %v of %d bytes", n, most, code, len(whole))
				}
				done = complete
				frames++
				stream = stream[size:]
			}
			if want := max((n+most-1)/most, 1); !done || frames != want {
				t.Fatalf("%d in %d: %d frames, want %d; complete: %v", n, most, frames, want, done)
			}
		}
	}
	for _, most := range []int{-1, 0, MaxOutputData + 1} {
		_, err := AppendFragments(nil, UpdateBitmap, data, most)
		wiretest.WantMisuse(t, fmt.Sprint(most), err)
	}
}
