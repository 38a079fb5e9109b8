package share

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The values of SaveSessionInfo.Type (MS-RDPBCGR 2.2.10.1.1).
const (
	InfoLogon        = 0 // INFOTYPE_LOGON
	InfoLogonLong    = 1 // INFOTYPE_LOGON_LONG
	InfoPlainNotify  = 2 // INFOTYPE_LOGON_PLAINNOTIFY
	InfoExtendedInfo = 3 // INFOTYPE_LOGON_EXTENDED_INFO
)

// SaveSessionInfo is TS_SAVE_SESSION_INFO_PDU_DATA: who has logged on to the
// session, and how to get back to it (MS-RDPBCGR 2.2.10.1.1).
type SaveSessionInfo struct {
	Type uint32

	// InfoLogon and InfoLogonLong
	Domain    string // at most 25 UTF-16 characters
	User      string // at most 255 UTF-16 characters
	SessionID uint32

	// InfoExtendedInfo
	AutoReconnectCookie []byte // ARC_SC_PRIVATE_PACKET, AutoReconnectCookieSize bytes, or none; a credential
	LogonErrors         *LogonErrors
}

// AutoReconnectCookieSize is the size of ARC_SC_PRIVATE_PACKET, in bytes
// (MS-RDPBCGR 2.2.4.2).
const AutoReconnectCookieSize = 28

// LogonErrors is TS_LOGON_ERRORS_INFO: what the session shows at its logon
// (MS-RDPBCGR 2.2.10.1.1.4.1.1). Despite its name it is no error.
type LogonErrors struct {
	Type uint32 // ErrorNotificationType
	Data uint32 // ErrorNotificationData
}

const (
	saveSessionInfoName = "TS_SAVE_SESSION_INFO_PDU_DATA"

	domainSize = 52  // bytes, with the terminator
	userSize   = 512 // bytes, with the terminator

	longVersion = 1   // SAVE_SESSION_PDU_VERSION_ONE
	longSize    = 18  // Size counts the fields before Pad
	longPad     = 558 // of TS_LOGON_INFO_VERSION_2
	plainPad    = 576 // of TS_PLAIN_NOTIFY
	extendedPad = 570 // of TS_LOGON_INFO_EXTENDED

	hasAutoReconnectCookie = 0x1 // LOGON_EX_AUTORECONNECTCOOKIE
	hasLogonErrors         = 0x2 // LOGON_EX_LOGONERRORS
)

// String leaves the cookie out.
func (m SaveSessionInfo) String() string {
	return fmt.Sprintf("SaveSessionInfo type %d, domain %q, user %q, session %d", m.Type, m.Domain, m.User, m.SessionID)
}

// Format never shows the cookie, whatever the verb.
func (m SaveSessionInfo) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

// MarshalText does the same for JSON and logs.
func (m SaveSessionInfo) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// ParseSaveSessionInfo reads the body of a Save Session Info PDU. Padding at its
// end may be missing.
func ParseSaveSessionInfo(body []byte) (*SaveSessionInfo, error) {
	r := wire.NewReader(saveSessionInfoName, body)
	m := &SaveSessionInfo{Type: r.U32LE("infoType")}
	switch m.Type {
	case InfoLogon:
		m.readLogon(r)
	case InfoLogonLong:
		m.readLogonLong(r)
	case InfoPlainNotify:
	case InfoExtendedInfo:
		m.readExtended(r)
	default:
		r.Failf("infoType", "type %d", m.Type)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// readLogon reads TS_LOGON_INFO (MS-RDPBCGR 2.2.10.1.1.1).
func (m *SaveSessionInfo) readLogon(r *wire.Reader) {
	m.Domain = readFixedName(r, "Domain", domainSize)
	m.User = readFixedName(r, "UserName", userSize)
	if r.Len() > 0 { // missing from RDP 4.0
		m.SessionID = r.U32LE("SessionId")
	}
}

func readFixedName(r *wire.Reader, field string, size int) string {
	n := r.U32LE("cb" + field)
	if n > uint32(size) {
		r.Failf("cb"+field, "announces %d bytes, limit is %d", n, size)
	}
	b := r.Bytes(field, size)
	if r.Err() != nil {
		return ""
	}
	return untilNUL(b[:n])
}

// readLogonLong reads TS_LOGON_INFO_VERSION_2 (MS-RDPBCGR 2.2.10.1.1.2).
func (m *SaveSessionInfo) readLogonLong(r *wire.Reader) {
	if v := r.U16LE("Version"); v != longVersion {
		r.Failf("Version", "version %d", v)
	}
	r.U32LE("Size") // what it counts is not the same everywhere
	m.SessionID = r.U32LE("SessionId")
	domain, user := r.U32LE("cbDomain"), r.U32LE("cbUserName")
	if domain > domainSize || user > userSize {
		r.Failf("cbDomain and cbUserName", "announce %d and %d bytes", domain, user)
	}
	r.Bytes("Pad", longPad)
	m.Domain = untilNUL(r.Bytes("Domain", int(domain)))
	m.User = untilNUL(r.Bytes("UserName", int(user)))
}

// readExtended reads TS_LOGON_INFO_EXTENDED (MS-RDPBCGR 2.2.10.1.1.4).
func (m *SaveSessionInfo) readExtended(r *wire.Reader) {
	r.U16LE("Length")
	present := r.U32LE("FieldsPresent")
	if present&hasAutoReconnectCookie != 0 {
		m.AutoReconnectCookie = readField(r, "AutoReconnectCookie", AutoReconnectCookieSize)
	}
	if present&hasLogonErrors != 0 {
		if b := readField(r, "LogonErrors", 8); b != nil {
			m.LogonErrors = &LogonErrors{Type: binary.LittleEndian.Uint32(b), Data: binary.LittleEndian.Uint32(b[4:])}
		}
	}
}

// readField reads TS_LOGON_INFO_FIELD (MS-RDPBCGR 2.2.10.1.1.4.1).
func readField(r *wire.Reader, field string, size int) []byte {
	if n := r.U32LE("cbFieldData"); n != uint32(size) {
		r.Failf(field, "wants %d bytes, announces %d", size, n)
	}
	return r.Bytes(field, size)
}

// AppendSaveSessionInfo appends the body of a Save Session Info PDU. Names and a
// cookie that do not fit, and an unknown type, are a *wire.MisuseError.
func AppendSaveSessionInfo(dst []byte, m *SaveSessionInfo) ([]byte, error) {
	le := binary.LittleEndian
	domain, err := nameWithNUL(saveSessionInfoName, "Domain", m.Domain, domainSize)
	if err != nil {
		return dst, err
	}
	user, err := nameWithNUL(saveSessionInfoName, "UserName", m.User, userSize)
	if err != nil {
		return dst, err
	}
	if n := len(m.AutoReconnectCookie); n != 0 && n != AutoReconnectCookieSize {
		return dst, wire.Misuse(saveSessionInfoName, "cookie of %d bytes", n)
	}
	out := le.AppendUint32(dst, m.Type)
	switch m.Type {
	case InfoLogon:
		out = appendPadded(le.AppendUint32(out, uint32(len(domain))), domain, domainSize)
		out = appendPadded(le.AppendUint32(out, uint32(len(user))), user, userSize)
		return le.AppendUint32(out, m.SessionID), nil
	case InfoLogonLong:
		out = le.AppendUint16(out, longVersion)
		for _, v := range [...]uint32{longSize, m.SessionID, uint32(len(domain)), uint32(len(user))} {
			out = le.AppendUint32(out, v)
		}
		out = append(out, make([]byte, longPad)...)
		return append(append(out, domain...), user...), nil
	case InfoPlainNotify:
		return append(out, make([]byte, plainPad)...), nil
	case InfoExtendedInfo:
		return append(m.appendExtended(out), make([]byte, extendedPad)...), nil
	}
	return dst, wire.Misuse(saveSessionInfoName, "type %d", m.Type)
}

func (m *SaveSessionInfo) appendExtended(dst []byte) []byte {
	le := binary.LittleEndian
	start := len(dst)
	var present uint32
	dst = append(dst, 0, 0, 0, 0, 0, 0) // Length and FieldsPresent, below
	if len(m.AutoReconnectCookie) > 0 {
		present |= hasAutoReconnectCookie
		dst = le.AppendUint32(dst, AutoReconnectCookieSize)
		dst = append(dst, m.AutoReconnectCookie...)
	}
	if m.LogonErrors != nil {
		present |= hasLogonErrors
		dst = le.AppendUint32(dst, 8)
		dst = le.AppendUint32(dst, m.LogonErrors.Type)
		dst = le.AppendUint32(dst, m.LogonErrors.Data)
	}
	le.PutUint16(dst[start:], uint16(len(dst)-start))
	le.PutUint32(dst[start+2:], present)
	return dst
}

// untilNUL reads UTF-16LE text that ends at its first NUL.
func untilNUL(b []byte) string {
	s, _, _ := strings.Cut(wire.DecodeUTF16(b), "\x00")
	return s
}

// nameWithNUL is name in UTF-16LE with a terminator, if that has at most size
// bytes.
func nameWithNUL(structure, field, name string, size int) ([]byte, error) {
	b := append(wire.AppendUTF16(nil, name), 0, 0)
	if len(b) > size {
		return nil, wire.Misuse(structure, "%s of %d bytes, limit is %d", field, len(b), size)
	}
	if strings.Contains(name, "\x00") {
		return nil, wire.Misuse(structure, "%s with a NUL", field)
	}
	return b, nil
}

func appendPadded(dst, b []byte, size int) []byte {
	return append(append(dst, b...), make([]byte, size-len(b))...)
}
