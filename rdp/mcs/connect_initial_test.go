package mcs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

var (
	clientTarget  = DomainParameters{34, 2, 0, 1, 0, 1, 65535, 2}
	clientMinimum = DomainParameters{1, 1, 1, 1, 0, 1, 1056, 2}
	clientMaximum = DomainParameters{65535, 64535, 65535, 1, 0, 1, 65535, 2}
)

var connectInitials = []struct {
	name     string
	userData int  // bytes
	exact    bool // writing it gives the same bytes: FreeRDP writes 65535 with a sign byte, as we do
}{
	{"connect_initial_spec", 307, false},
	{"connect_initial_nmap", 307, false},
	{"connect_initial_freerdp", 337, true},
}

func TestConnectInitial(t *testing.T) {
	for _, c := range connectInitials {
		b := wiretest.Vector(t, c.name)
		got, err := ParseConnectInitial(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := &ConnectInitial{
			CallingDomainSelector: []byte{1},
			CalledDomainSelector:  []byte{1},
			UpwardFlag:            true,
			TargetParameters:      clientTarget,
			MinimumParameters:     clientMinimum,
			MaximumParameters:     clientMaximum,
			UserData:              b[len(b)-c.userData:],
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		again, err := AppendConnectInitial([]byte{9}, got)
		if err != nil || bytes.Equal(again[1:], b) != c.exact {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		got2, err := ParseConnectInitial(again[1:])
		if d := cmp.Diff(got, got2); err != nil || d != "" {
			t.Errorf("%s: read again: %v %s", c.name, err, d)
		}
	}
}

func TestConnectInitialTruncated(t *testing.T) {
	for _, c := range connectInitials {
		b := wiretest.Vector(t, c.name)
		for n := range b {
			_, err := ParseConnectInitial(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		const header = 5 // 7F 65 82 and two length bytes
		for n := range len(b) - header {
			_, err := ParseConnectInitial(shorten(b, header, n))
			wiretest.WantMalformed(t, fmt.Sprintf("%s with %d bytes of content", c.name, n), err)
		}
	}
}

// initial builds a message from pieces, each of which has a good default.
func initial(piece int, replacement string) string {
	const parameters = "3018 020101 020101 020101 020101 020101 020101 020101 020101"
	pieces := []string{"040101", "040101", "0101ff", parameters, parameters, parameters, "0401aa"}
	if piece >= 0 {
		pieces[piece] = replacement
	}
	return strings.Join(pieces, "")
}

func TestConnectInitialMalformed(t *testing.T) {
	parse := func(content string) error {
		_, err := ParseConnectInitial(appendConnect(nil, tagConnectInitial, wiretest.Unhex(t, content)))
		return err
	}
	if err := parse(initial(-1, "")); err != nil {
		t.Fatal(err)
	}
	const seven = "020101 020101 020101 020101 020101 020101 020101"
	for name, content := range map[string]string{
		"selector is no octet string": initial(0, "020101"),
		"selector of 256 bytes":       initial(1, "04820100"+strings.Repeat("00", 256)),
		"boolean of no bytes":         initial(2, "0100"),
		"boolean of two bytes":        initial(2, "0102ffff"),
		"seven parameters":            initial(3, "3015"+seven),
		"nine parameters":             initial(4, "301b"+seven+"020101 020101"),
		"empty integer":               initial(5, "3017"+seven+"0200"),
		"integer of five bytes":       initial(5, "301c"+seven+"02050100000000"),
		"integer of six bytes":        initial(5, "301d"+seven+"0206000000000001"),
		"parameter is no integer":     initial(5, "3018"+seven+"040101"),
		"parameters are no sequence":  initial(5, "040101"),
		"user data is no octets":      initial(6, "0301aa"),
		"user data announces more":    initial(6, "0402aa"),
		"user data of 4 GiB":          initial(6, "0484ffffffffaa"),
		"indefinite length":           initial(6, "0480aa0000"),
		"bytes after the user data":   initial(6, "0401aa00"),
		"user data over the limit":    initial(6, "04821001"+strings.Repeat("00", MaxInitialUserData+1)),
	} {
		wiretest.WantMalformed(t, name, parse(content))
	}
	good := appendConnect(nil, tagConnectInitial, wiretest.Unhex(t, initial(-1, "")))
	for name, b := range map[string][]byte{
		"trailing byte":  append(bytes.Clone(good), 0),
		"response":       append([]byte{0x7f, 0x66}, good[2:]...),
		"first tag byte": append([]byte{0x7e, 0x65}, good[2:]...),
	} {
		_, err := ParseConnectInitial(b)
		wiretest.WantMalformed(t, name, err)
	}
}

func TestIntegers(t *testing.T) {
	for _, c := range []struct {
		v    uint32
		want string
	}{
		{0, "020100"}, {1, "020101"}, {127, "02017f"}, {128, "02020080"}, {255, "020200ff"},
		{256, "02020100"}, {32767, "02027fff"}, {32768, "0203008000"}, {65535, "020300ffff"},
		{65536, "0203010000"}, {1 << 31, "02050080000000"}, {1<<32 - 1, "020500ffffffff"},
	} {
		if got := appendInteger(nil, c.v); !bytes.Equal(got, wiretest.Unhex(t, c.want)) {
			t.Errorf("%d: % x", c.v, got)
		}
		m := NewConnectInitial(nil)
		m.MaximumParameters.MaxTokenIDs = c.v
		b, err := AppendConnectInitial(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseConnectInitial(b); err != nil || got.MaximumParameters.MaxTokenIDs != c.v {
			t.Errorf("%d: %+v, %v", c.v, got, err)
		}
	}
}

func TestConnectInitialSizes(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 255, 256, MaxInitialUserData} {
		b, err := AppendConnectInitial(nil, NewConnectInitial(make([]byte, n)))
		if err != nil {
			t.Fatal(err)
		}
		if m, err := ParseConnectInitial(b); err != nil || len(m.UserData) != n {
			t.Errorf("%d: %v", n, err)
		}
	}
	for name, m := range map[string]*ConnectInitial{
		"user data": NewConnectInitial(make([]byte, MaxInitialUserData+1)),
		"calling":   {CallingDomainSelector: make([]byte, 256)},
		"called":    {CalledDomainSelector: make([]byte, 256)},
	} {
		out, err := AppendConnectInitial([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
}

func TestUpwardFlag(t *testing.T) {
	m := NewConnectInitial(nil)
	m.UpwardFlag = false
	b, _ := AppendConnectInitial(nil, m)
	if got, err := ParseConnectInitial(b); err != nil || got.UpwardFlag {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzConnectInitial(f *testing.F) {
	for _, c := range connectInitials {
		f.Add(wiretest.Vector(f, c.name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseConnectInitial(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if _, err := m.MergeParameters(); err != nil {
			if _, ok := err.(*ParametersError); !ok {
				t.Fatal(err)
			}
		}
		again, err := AppendConnectInitial(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		m2, err := ParseConnectInitial(again)
		if d := cmp.Diff(m, m2); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
