package cleanpath

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/x224"
)

// initial is an MCS Connect Initial of a client that was told of TLS and wants
// 16 bpp.
func initial(t *testing.T) []byte {
	t.Helper()
	data := &gcc.ClientData{
		Core: &gcc.ClientCoreData{
			Version: gcc.Version5, DesktopWidth: 800, DesktopHeight: 600, ColorDepth: 0xCA01, SASSequence: 0xAA03,
			KeyboardLayout: 0x409, ClientBuild: 2600, ClientName: "patch", KeyboardType: 4, KeyboardFunctionKey: 12,
			Last: gcc.CoreServerSelectedProtocol, PostBeta2ColorDepth: 0xCA01, ClientProductID: 1,
			HighColorDepth: 16, SupportedColorDepths: 7, EarlyCapabilityFlags: 1,
			ServerSelectedProtocol: uint32(x224.ProtocolSSL),
		},
		Security: &gcc.ClientSecurityData{},
		Network:  &gcc.ClientNetworkData{},
	}
	userData, err := gcc.AppendClientData(nil, data)
	if err != nil {
		t.Fatal(err)
	}
	request, err := gcc.AppendConferenceCreateRequest(nil, userData)
	if err != nil {
		t.Fatal(err)
	}
	message, err := mcs.AppendConnectInitial(nil, mcs.NewConnectInitial(request))
	if err != nil {
		t.Fatal(err)
	}
	frame, err := x224.AppendData(nil, message)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// clientCore reads the core data with this project's own parsers.
func clientCore(t *testing.T, frame []byte) *gcc.ClientCoreData {
	t.Helper()
	payload, err := x224.ParseData(frame)
	if err != nil {
		t.Fatal(err)
	}
	message, err := mcs.ParseConnectInitial(payload)
	if err != nil {
		t.Fatal(err)
	}
	request, err := gcc.ParseConferenceCreateRequest(message.UserData)
	if err != nil {
		t.Fatal(err)
	}
	data, err := gcc.ParseClientData(request)
	if err != nil {
		t.Fatal(err)
	}
	return data.Core
}

func TestPatchInitial(t *testing.T) {
	frame := initial(t)
	want := *clientCore(t, frame)
	if !patchInitial(frame, x224.ProtocolHybridEx) {
		t.Fatal("this is no MCS Connect Initial")
	}
	want.ServerSelectedProtocol = uint32(x224.ProtocolHybridEx)
	want.HighColorDepth, want.SupportedColorDepths, want.EarlyCapabilityFlags = 24, 15, 3
	if got := clientCore(t, frame); !reflect.DeepEqual(*got, want) {
		t.Errorf("%+v, want %+v", *got, want)
	}
}

// What is no MCS Connect Initial stays as it is.
func TestPatchNothing(t *testing.T) {
	frame := initial(t)
	short := bytes.Clone(frame) // a core block of 8 bytes, the rest another block
	c := core(short)
	binary.LittleEndian.PutUint16(c[2:], 8)
	binary.LittleEndian.PutUint16(c[8:], 0xC0FF)
	binary.LittleEndian.PutUint16(c[10:], uint16(len(c)-8))
	for name, f := range map[string][]byte{
		"short core": short, "input": {0x04, 0x06, 0x00, 0x1e, 0x00, 0x00}, "nothing": {}, "mark alone": []byte("Duca"),
		"block of 0 bytes": append([]byte("Duca\x04\x01\xc0\x00\x00"), 1, 0xc0, 0xff, 0xff),
	} {
		got := bytes.Clone(f)
		if patchInitial(got, x224.ProtocolHybrid); !bytes.Equal(got, f) {
			t.Errorf("%s: changed to %x", name, got)
		}
	}
	for n := range len(frame) {
		patchInitial(bytes.Clone(frame[:n]), x224.ProtocolHybrid)
	}
}
