package capset

import (
	"encoding/binary"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The flags of Input.InputFlags (MS-RDPBCGR 2.2.7.1.6).
const (
	InputScancodes     = 0x0001 // INPUT_FLAG_SCANCODES, always set
	InputMouseX        = 0x0004 // INPUT_FLAG_MOUSEX: buttons 4 and 5
	InputFastPath      = 0x0008 // INPUT_FLAG_FASTPATH_INPUT, the flag of RDP 5.0
	InputUnicode       = 0x0010 // INPUT_FLAG_UNICODE
	InputFastPath2     = 0x0020 // INPUT_FLAG_FASTPATH_INPUT2, the flag of RDP 5.2 and later
	InputMouseRelative = 0x0080 // INPUT_FLAG_MOUSE_RELATIVE
	InputMouseHWheel   = 0x0100 // TS_INPUT_FLAG_MOUSE_HWHEEL
	InputQoETimestamps = 0x0200 // TS_INPUT_FLAG_QOE_TIMESTAMPS
)

// Input is TS_INPUT_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.6). Only InputFlags has a
// meaning in a server's set; the fields after it may be missing at the end, and
// servers leave whatever was in their memory there.
type Input struct {
	InputFlags          uint16
	KeyboardLayout      uint32 // input locale identifier
	KeyboardType        uint32
	KeyboardSubType     uint32
	KeyboardFunctionKey uint32 // the number of function keys
	IMEFileName         string // at most 31 UTF-16 characters
}

const imeFileNameSize = 64 // 31 characters and a NUL

func (*Input) name() string { return "TS_INPUT_CAPABILITYSET" }

func (m *Input) read(r *wire.Reader) {
	m.InputFlags = r.U16LE("inputFlags")
	for _, field := range []struct {
		name string
		into *uint32
	}{
		{"keyboardLayout", &m.KeyboardLayout},
		{"keyboardType", &m.KeyboardType},
		{"keyboardSubType", &m.KeyboardSubType},
		{"keyboardFunctionKey", &m.KeyboardFunctionKey},
	} {
		if field.into == &m.KeyboardLayout && r.Len() > 0 {
			r.Bytes("pad2octetsA", 2)
		}
		if r.Len() > 0 {
			*field.into = r.U32LE(field.name)
		}
	}
	if r.Len() > 0 {
		name := wire.DecodeUTF16(r.Bytes("imeFileName", imeFileNameSize))
		m.IMEFileName, _, _ = strings.Cut(name, "\x00")
	}
}

func (m *Input) appendTo(dst []byte) ([]byte, error) {
	le := binary.LittleEndian
	dst = appendU16s(dst, m.InputFlags, 0)
	dst = le.AppendUint32(dst, m.KeyboardLayout)
	dst = le.AppendUint32(dst, m.KeyboardType)
	dst = le.AppendUint32(dst, m.KeyboardSubType)
	dst = le.AppendUint32(dst, m.KeyboardFunctionKey)
	name := wire.AppendUTF16(nil, m.IMEFileName)
	if len(name) > imeFileNameSize-2 || strings.Contains(m.IMEFileName, "\x00") {
		return dst, wire.Misuse(m.name(), "imeFileName of %d bytes, or with a NUL", len(name))
	}
	dst = append(dst, name...)
	return append(dst, make([]byte, imeFileNameSize-len(name))...), nil
}
