package gcc

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks(t *testing.T) {
	userData := wiretest.Unhex(t, "01c00600aabb 34120400 ffff0500cc")
	blocks, err := ParseBlocks(userData)
	want := []Block{{BlockClientCore, []byte{0xaa, 0xbb}}, {0x1234, []byte{}}, {0xffff, []byte{0xcc}}}
	if d := cmp.Diff(want, blocks); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	var again []byte
	for _, b := range blocks {
		if again, err = AppendBlock(again, b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(again, userData) {
		t.Fatalf("% x", again)
	}
	boundary := map[int]bool{0: true, 6: true, 10: true}
	for n := range userData {
		if _, err := ParseBlocks(userData[:n]); (err == nil) != boundary[n] {
			t.Errorf("cut to %d: %v", n, err)
		}
	}
	// A patch in place reaches the user data.
	blocks[0].Data[0] = 0xee
	if userData[4] != 0xee {
		t.Error("blocks do not alias the user data")
	}
}

// A reader that takes such a length for good never ends (issue 1737 of
// nmap/nmap).
func TestBlockLengthSmallerThanHeader(t *testing.T) {
	good := wiretest.Vector(t, "conference_create_response_spec")[23:]
	for length := range byte(4) {
		for _, at := range []int{2, 14, 30} { // the length fields of its three blocks
			bad := bytes.Clone(good)
			bad[at], bad[at+1] = length, 0
			what := fmt.Sprintf("length %d at %d", length, at)
			_, err := ParseBlocks(bad)
			wiretest.WantMalformed(t, what, err)
			_, err = ParseServerData(bad)
			wiretest.WantMalformed(t, what, err)
			_, err = ParseClientData(bad)
			wiretest.WantMalformed(t, what, err)
		}
	}
	_, err := ParseBlocks(make([]byte, MaxResponseSize))
	wiretest.WantMalformed(t, "zeros", err)
}

func TestBlockTwice(t *testing.T) {
	const security = "02c00c00 01000000 00000000"
	_, err := ParseClientData(wiretest.Unhex(t, security+security))
	wiretest.WantMalformed(t, "two of CS_SECURITY", err)
	_, err = ParseServerData(wiretest.Unhex(t, "080c0400 080c0400"))
	wiretest.WantMalformed(t, "two of an unknown block", err)
	if blocks, err := ParseBlocks(wiretest.Unhex(t, security+security)); err != nil || len(blocks) != 2 {
		t.Errorf("raw blocks: %v, %v", blocks, err)
	}
	_, err = AppendClientData(nil, &ClientData{
		Security: &ClientSecurityData{}, Others: []Block{{Type: BlockClientSecurity}},
	})
	wiretest.WantMisuse(t, "two of CS_SECURITY", err)
}

func TestBlockTooLong(t *testing.T) {
	out, err := AppendBlock([]byte{9}, Block{1, make([]byte, MaxBlockData)})
	if err != nil || len(out) != 1+0xffff {
		t.Errorf("longest: %d bytes, %v", len(out), err)
	}
	for name, appendTo := range map[string]func([]byte, []byte) ([]byte, error){
		"block": func(dst, data []byte) ([]byte, error) { return AppendBlock(dst, Block{1, data}) },
		"server data": func(dst, data []byte) ([]byte, error) {
			return AppendServerData(dst, &ServerData{Others: []Block{{1, nil}, {2, data}}})
		},
	} {
		out, err = appendTo([]byte{9}, make([]byte, MaxBlockData+1))
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add(wiretest.Unhex(f, "01c00600aabb 34120400 ffff0500cc"))
	f.Add(make([]byte, 8))
	f.Fuzz(func(t *testing.T, userData []byte) {
		blocks, err := ParseBlocks(userData)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		var again []byte
		for _, b := range blocks {
			if again, err = AppendBlock(again, b); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(again, userData) {
			t.Fatalf("% x", again)
		}
	})
}
