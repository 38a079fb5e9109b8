package wire

import (
	"bytes"
	"errors"
	"testing"
)

func TestReaderStops(t *testing.T) {
	r := NewReader("S", []byte{1, 2, 3})
	if got := r.U16LE("a"); got != 0x0201 {
		t.Fatalf("a = %#x", got)
	}
	r.U32LE("b")
	r.U8("c")
	var e *Error
	if !errors.As(r.Err(), &e) || e.Field != "b" || e.Offset != 2 {
		t.Fatalf("first failure must stick: %v", r.Err())
	}
	if r.Len() != 0 {
		t.Fatal("a failed reader has bytes left")
	}
}

func TestElementLengthForms(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		odd  bool
		bad  bool
	}{
		{"short", []byte{4, 1, 9}, false, false},
		{"81 for short", []byte{4, 0x81, 1, 9}, true, false},
		{"84 for short", []byte{4, 0x84, 0, 0, 0, 1, 9}, true, false},
		{"82 with leading zero", append([]byte{4, 0x82, 0, 0x80}, make([]byte, 0x80)...), true, false},
		{"81 needed", append([]byte{4, 0x81, 0x80}, make([]byte, 0x80)...), false, false},
		{"indefinite", []byte{4, 0x80, 0, 0}, false, true},
		{"five length bytes", []byte{4, 0x85, 0, 0, 0, 0, 1, 9}, false, true},
		{"beyond the end", []byte{4, 2, 9}, false, true},
		{"4 GiB", []byte{4, 0x84, 0xff, 0xff, 0xff, 0xff}, false, true},
		{"multi-byte tag", []byte{0x1f, 1, 9}, false, true},
	} {
		r := NewReader("S", c.in)
		e := r.Element("f")
		if (r.Err() != nil) != c.bad {
			t.Errorf("%s: err %v", c.name, r.Err())
		} else if !c.bad && e.NonMinimal != c.odd {
			t.Errorf("%s: NonMinimal = %v", c.name, e.NonMinimal)
		}
	}
}

func TestOffsetsCountFromTheOuterStructure(t *testing.T) {
	r := NewReader("S", []byte{0x30, 3, 0xA0, 1, 0xFF})
	in := r.Into(r.Expect("seq", TagSequence))
	in2 := in.Into(in.Expect("[0]", Context(0)))
	in2.U16LE("v")
	in.Join(in2)
	r.Join(in)
	var e *Error
	if !errors.As(r.Err(), &e) || e.Offset != 4 {
		t.Fatalf("offset: %v", r.Err())
	}
}

func TestElementSize(t *testing.T) {
	for _, c := range []struct {
		head []byte
		want int
		bad  bool
	}{
		{nil, 0, false},
		{[]byte{0x30}, 0, false},
		{[]byte{0x30, 0x05}, 7, false},
		{[]byte{0x30, 0x82, 1}, 0, false},
		{[]byte{0x30, 0x82, 1, 0}, 4 + 256, false},
		{[]byte{0x30, 0x80}, 0, true},
		{[]byte{0x30, 0xff}, 0, true},
		{[]byte{0x30, 0x84, 0x40, 0, 0, 0}, 0, true}, // 1 GiB
		{[]byte{0x30, 0x82, 0xff, 0xff}, 0, true},    // header pushes it over
	} {
		n, err := ElementSize("S", c.head, 1<<16)
		if n != c.want || (err != nil) != c.bad {
			t.Errorf("% x: %d, %v", c.head, n, err)
		}
	}
}

func TestUTF16(t *testing.T) {
	want := []byte{'a', 0, 0x42, 0x30, 0x3d, 0xd8, 0x00, 0xde} // aあ😀
	for _, got := range [][]byte{AppendUTF16(nil, "aあ😀"), AppendUTF16(nil, []byte("aあ😀"))} {
		if !bytes.Equal(got, want) {
			t.Errorf("% x", got)
		}
	}
	if got := DecodeUTF16(append(want, 7)); got != "aあ😀" {
		t.Errorf("%q", got)
	}
	if got := AppendUTF16(nil, []byte{0xff}); !bytes.Equal(got, []byte{0xfd, 0xff}) {
		t.Errorf("invalid UTF-8: % x", got)
	}
}

func FuzzElement(f *testing.F) {
	f.Add([]byte{0x30, 0x82, 0, 3, 4, 1, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewReader("S", b)
		for r.Len() > 0 {
			in := r.Into(r.Element("e"))
			in.Element("inner")
		}
		n, err := ElementSize("S", b, 1<<16)
		if err != nil && n != 0 || n > 1<<16 {
			t.Fatalf("size %d with %v", n, err)
		}
	})
}
