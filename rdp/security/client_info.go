package security

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/fumidai/fumidai/rdp/wire"
)

// InfoFlags are the flags of a TS_INFO_PACKET. Four bits in the middle are a
// number, the kind of compression.
type InfoFlags uint32

// The flags of MS-RDPBCGR 2.2.1.11.1.1.
const (
	InfoMouse               InfoFlags = 0x00000001
	InfoDisableCtrlAltDel   InfoFlags = 0x00000002
	InfoAutoLogon           InfoFlags = 0x00000008
	InfoUnicode             InfoFlags = 0x00000010
	InfoMaximizeShell       InfoFlags = 0x00000020
	InfoLogonNotify         InfoFlags = 0x00000040
	InfoCompression         InfoFlags = 0x00000080
	InfoEnableWindowsKey    InfoFlags = 0x00000100
	InfoCompressionTypeMask InfoFlags = 0x00001E00
	InfoRemoteConsoleAudio  InfoFlags = 0x00002000
	InfoForceEncryptedCSPDU InfoFlags = 0x00004000
	InfoRail                InfoFlags = 0x00008000
	InfoLogonErrors         InfoFlags = 0x00010000
	InfoMouseHasWheel       InfoFlags = 0x00020000
	InfoPasswordIsSCPIN     InfoFlags = 0x00040000
	InfoNoAudioPlayback     InfoFlags = 0x00080000
	InfoUsingSavedCreds     InfoFlags = 0x00100000
	InfoAudioCapture        InfoFlags = 0x00200000
	InfoVideoDisable        InfoFlags = 0x00400000
	InfoHiDefRailSupported  InfoFlags = 0x02000000
)

// CompressionType is the number in the middle of the flags: 0 is 8K, 1 is 64K, 2
// is RDP 6.0, 3 is RDP 6.1. It has a meaning only with InfoCompression.
func (f InfoFlags) CompressionType() int { return int(f & InfoCompressionTypeMask >> 9) }

// ClientInfo is a TS_INFO_PACKET (MS-RDPBCGR 2.2.1.11.1.1), the content of the
// Client Info PDU: the credentials and wishes of the user. It never prints its
// password.
type ClientInfo struct {
	CodePage uint32 // with InfoUnicode: the active input locale identifier
	Flags    InfoFlags

	Domain, User string
	Password     []byte // UTF-16LE without a terminator
	// AlternateShell is the program to start, WorkingDir where it starts.
	AlternateShell, WorkingDir string

	Extended *ExtendedInfo // nil from clients of RDP 4.0
}

// MaxInfoField is the longest of the five texts of a ClientInfo, in bytes as
// they are sent, with the terminator that their lengths do not count.
const MaxInfoField = 512

const infoName = "TS_INFO_PACKET"

// ParseClientInfo reads the body of a Client Info PDU, which is what follows the
// security header.
//
// Without InfoUnicode the texts are in the code page CodePage; they are read as
// Latin-1, one character a byte, which is right for ASCII and loses nothing when
// they are written again.
func ParseClientInfo(body []byte) (*ClientInfo, error) {
	r := wire.NewReader(infoName, body)
	m := &ClientInfo{CodePage: r.U32LE("CodePage"), Flags: InfoFlags(r.U32LE("flags"))}
	var sizes [5]int
	for i := range sizes {
		sizes[i] = int(r.U16LE(infoFields[i].size))
		if limit := MaxInfoField - m.unit(); sizes[i] > limit {
			r.Failf(infoFields[i].size, "%d bytes, limit is %d", sizes[i], limit)
		}
	}
	var texts [5][]byte
	for i, n := range sizes {
		texts[i] = m.readField(r, infoFields[i].text, n)
	}
	if r.Len() > 0 {
		m.Extended = readExtendedInfo(r)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	m.Domain, m.User = m.decode(texts[0]), m.decode(texts[1])
	m.Password = texts[passwordField]
	if m.Flags&InfoUnicode == 0 {
		m.Password = widen(texts[passwordField])
	}
	m.AlternateShell, m.WorkingDir = m.decode(texts[3]), m.decode(texts[4])
	return m, nil
}

// infoFields are the names of the five lengths and the five texts.
var infoFields = [5]struct{ size, text string }{
	{"cbDomain", "Domain"},
	{"cbUserName", "UserName"},
	{"cbPassword", "Password"},
	{"cbAlternateShell", "AlternateShell"},
	{"cbWorkingDir", "WorkingDir"},
}

const passwordField = 2

// readField reads n bytes and the terminator, which n does not count.
func (m *ClientInfo) readField(r *wire.Reader, field string, n int) []byte {
	if m.Flags&InfoUnicode != 0 && n%2 != 0 {
		r.Failf(field, "%d bytes of UTF-16", n)
	}
	text := r.Bytes(field, n)
	for _, c := range r.Bytes(field, m.unit()) {
		if c != 0 {
			r.Failf(field, "no terminator")
		}
	}
	return text
}

// unit is how many bytes a character has, and with it the terminator.
func (m *ClientInfo) unit() int {
	if m.Flags&InfoUnicode != 0 {
		return 2
	}
	return 1
}

// AppendClientInfo appends m, without a security header. A text that is longer
// than MaxInfoField, holds a NUL, or cannot be written without InfoUnicode is a
// *wire.MisuseError, and so is an Extended that would be read back as another.
//
// It makes room for all of m before it writes, so that no outgrown buffer keeps a
// copy of the password.
func AppendClientInfo(dst []byte, m *ClientInfo) ([]byte, error) {
	texts, err := m.texts()
	if m.Flags&InfoUnicode == 0 {
		defer clear(texts[passwordField]) // a copy of the password
	}
	if err != nil {
		return dst, err
	}
	size := 18 // 4 /* CodePage */ + 4 /* flags */ + 5 * 2 /* lengths */
	for _, text := range texts {
		size += len(text) + m.unit()
	}
	var extended extendedTexts
	if m.Extended != nil {
		if extended, err = m.Extended.texts(); err != nil {
			return dst, err
		}
		size += maxExtended + len(m.Extended.Extra)
	}
	le := binary.LittleEndian
	dst = slices.Grow(dst, size)
	dst = le.AppendUint32(dst, m.CodePage)
	dst = le.AppendUint32(dst, uint32(m.Flags))
	for _, text := range texts {
		dst = le.AppendUint16(dst, uint16(len(text)))
	}
	terminator := make([]byte, m.unit())
	for _, text := range texts {
		dst = append(append(dst, text...), terminator...)
	}
	if m.Extended != nil {
		dst = m.Extended.append(dst, extended)
	}
	return dst, nil
}

// texts encodes and checks the five texts. Without InfoUnicode that of the
// password is a copy.
func (m *ClientInfo) texts() (texts [5][]byte, err error) {
	texts[passwordField] = m.Password
	if m.Flags&InfoUnicode == 0 {
		if texts[passwordField], err = narrow(m.Password); err != nil {
			return texts, err
		}
	}
	for i, text := range [...]string{m.Domain, m.User, "", m.AlternateShell, m.WorkingDir} {
		if i == passwordField {
			continue
		}
		if texts[i], err = m.encode(infoFields[i].text, text); err != nil {
			return texts, err
		}
	}
	for i, text := range texts {
		if len(text)+m.unit() > MaxInfoField || len(text)%m.unit() != 0 {
			return texts, wire.Misuse(infoName, "%s of %d bytes does not fit %d and a terminator",
				infoFields[i].text, len(text), MaxInfoField-m.unit())
		}
	}
	return texts, nil
}

// Wipe overwrites the password and the reconnect cookie.
func (m *ClientInfo) Wipe() {
	clear(m.Password)
	if m.Extended != nil {
		clear(m.Extended.AutoReconnectCookie)
	}
}

// String shows whose credentials these are and nothing else. It belongs to the
// value, so that a copy is as silent.
func (m ClientInfo) String() string {
	return fmt.Sprintf("client info of %s\\%s", m.Domain, m.User)
}

// GoString keeps the password out of %#v.
func (m ClientInfo) GoString() string { return m.String() }

// Format does the same for every verb.
func (m ClientInfo) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

// MarshalText does the same for JSON and logs.
func (m ClientInfo) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
