package mcs

import (
	"bytes"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// What peers write differently: FreeRDP uses two bytes for any length, and the
// priority and segmentation are nobody's business.
func TestSendDataForms(t *testing.T) {
	want := SendData{1002, 1003, []byte{0xaa, 0xbb}}
	for name, s := range map[string]string{
		"ours":            "68 0001 03eb 70 02 aabb",
		"FreeRDP's":       "68 0001 03eb 70 8002 aabb",
		"low priority":    "68 0001 03eb f0 02 aabb",
		"no segmentation": "68 0001 03eb 00 02 aabb",
		"all bits":        "68 0001 03eb ff 02 aabb",
	} {
		got, err := ParseSendDataIndication(wiretest.Unhex(t, s))
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

func TestSendDataSizes(t *testing.T) {
	for _, c := range []struct{ size, header int }{
		{0, 7}, {1, 7}, {127, 7}, {128, 8}, {255, 8}, {256, 8}, {MaxSendData, 8},
	} {
		want := SendData{65535, 65535, make([]byte, c.size)}
		b, err := AppendSendDataRequest(nil, want)
		if err != nil || len(b) != c.header+c.size {
			t.Errorf("%d: %d bytes, %v", c.size, len(b), err)
		}
		got, err := ParseSendDataRequest(b)
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%d: %v %s", c.size, err, d)
		}
	}
	b, err := AppendSendDataRequest(nil, SendData{1007, 1003, make([]byte, 0x192)}) // the length of MS-RDPBCGR 4.1.10
	if err != nil || !bytes.HasPrefix(b, wiretest.Unhex(t, "64 0006 03eb 70 8192")) {
		t.Errorf("% x, %v", b[:8], err)
	}
}

func TestSendDataAliases(t *testing.T) {
	b := wiretest.Unhex(t, "64 0006 03eb 70 02 aabb 99")
	m, err := ParseSendDataRequest(b[:len(b)-1])
	if err != nil {
		t.Fatal(err)
	}
	m.UserData[0] = 0xee
	if b[7] != 0xee {
		t.Error("user data does not alias the input")
	}
	if _ = append(m.UserData, 0); b[9] != 0x99 {
		t.Error("appending to the user data writes behind it")
	}
}

// Every message of a session passes through these four.
func TestSendDataAllocatesNothing(t *testing.T) {
	m := SendData{1007, 1003, make([]byte, 1600)}
	dst := make([]byte, 0, 2048)
	request, err := AppendSendDataRequest(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	indication, err := AppendSendDataIndication(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	var failure error
	keep := func(err error) {
		if err != nil {
			failure = err
		}
	}
	for name, f := range map[string]func(){
		"AppendSendDataRequest":    func() { _, err := AppendSendDataRequest(dst, m); keep(err) },
		"AppendSendDataIndication": func() { _, err := AppendSendDataIndication(dst, m); keep(err) },
		"ParseSendDataRequest":     func() { _, err := ParseSendDataRequest(request); keep(err) },
		"ParseSendDataIndication":  func() { _, err := ParseSendDataIndication(indication); keep(err) },
		"TypeOf":                   func() { _, err := TypeOf(request); keep(err) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 || failure != nil {
			t.Errorf("%s: %v allocations, %v", name, n, failure)
		}
	}
}

func BenchmarkParseSendData(b *testing.B) {
	m, err := AppendSendDataRequest(nil, SendData{1007, 1003, make([]byte, 1600)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseSendDataRequest(m); err != nil {
			b.Fatal(err)
		}
	}
}
