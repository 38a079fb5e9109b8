package security

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ExtendedInfo is a TS_EXTENDED_INFO_PACKET (MS-RDPBCGR 2.2.1.11.1.1.1). The
// fields after Dir are optional, and one of them can only be there if all before
// it are: Last says how far the packet goes.
type ExtendedInfo struct {
	AddressFamily uint16 // AddressFamilyINET or AddressFamilyINET6
	Address       string // what the client believes to be its address
	Dir           string // where the client's program is

	// Last is the last field that is sent. Those after it must be zero when the
	// packet is written, lest one gets lost in silence.
	Last ExtendedInfoField

	TimeZone            [TimeZoneSize]byte // TS_TIME_ZONE_INFORMATION, not looked at
	SessionID           uint32
	PerformanceFlags    uint32
	AutoReconnectCookie []byte // ARC_CS_PRIVATE_PACKET of 28 bytes, or none; a credential

	DynamicDSTTimeZoneKeyName   string
	DynamicDaylightTimeDisabled uint16

	Extra []byte // bytes after all known fields, from newer clients
}

// The address families of a client.
const (
	AddressFamilyINET  = 0x0002
	AddressFamilyINET6 = 0x0017
)

// The performance flags of MS-RDPBCGR 2.2.1.11.1.1.1.
const (
	PerfDisableWallpaper         = 0x00000001
	PerfDisableFullWindowDrag    = 0x00000002
	PerfDisableMenuAnimations    = 0x00000004
	PerfDisableTheming           = 0x00000008
	PerfDisableCursorShadow      = 0x00000020
	PerfDisableCursorSettings    = 0x00000040
	PerfEnableFontSmoothing      = 0x00000080
	PerfEnableDesktopComposition = 0x00000100
)

// ExtendedInfoField names an optional field of ExtendedInfo, in their order.
type ExtendedInfoField int

// The optional fields. ExtendedMandatory stands for none of them. The two
// reserved ones are written as zero.
const (
	ExtendedMandatory ExtendedInfoField = iota
	ExtendedTimeZone
	ExtendedSessionID
	ExtendedPerformanceFlags
	ExtendedAutoReconnectCookie
	ExtendedReserved1
	ExtendedReserved2
	ExtendedDynamicDSTTimeZoneKeyName
	ExtendedDynamicDaylightTimeDisabled
)

// Has reports whether the packet goes as far as the field f.
func (m *ExtendedInfo) Has(f ExtendedInfoField) bool { return f <= m.Last }

// The lengths of the fixed fields, in bytes.
const (
	TimeZoneSize            = 172
	AutoReconnectCookieSize = 28
)

const (
	extendedName = "TS_EXTENDED_INFO_PACKET"

	// The longest texts, in bytes. The first two count their terminator, the
	// third has none.
	maxAddress    = 80
	maxDir        = 512
	maxDSTKeyName = 254

	// maxExtended is more than the longest packet without Extra, in bytes.
	maxExtended = 2*9 + 4*2 + maxAddress + maxDir + TimeZoneSize + AutoReconnectCookieSize + maxDSTKeyName
)

func readExtendedInfo(r *wire.Reader) *ExtendedInfo {
	m := &ExtendedInfo{AddressFamily: r.U16LE("clientAddressFamily")}
	m.Address = readUnicode(r, "clientAddress", int(r.U16LE("cbClientAddress")), 2, maxAddress)
	m.Dir = readUnicode(r, "clientDir", int(r.U16LE("cbClientDir")), 2, maxDir)
	for m.Last < ExtendedDynamicDaylightTimeDisabled && r.Len() > 0 {
		m.Last++
		switch m.Last {
		case ExtendedTimeZone:
			copy(m.TimeZone[:], r.Bytes("clientTimeZone", TimeZoneSize))
		case ExtendedSessionID:
			m.SessionID = r.U32LE("clientSessionId")
		case ExtendedPerformanceFlags:
			m.PerformanceFlags = r.U32LE("performanceFlags")
		case ExtendedAutoReconnectCookie:
			m.AutoReconnectCookie = readCookie(r)
		case ExtendedReserved1:
			r.U16LE("reserved1")
		case ExtendedReserved2:
			r.U16LE("reserved2")
		case ExtendedDynamicDSTTimeZoneKeyName:
			n := int(r.U16LE("cbDynamicDSTTimeZoneKeyName"))
			m.DynamicDSTTimeZoneKeyName = readUnicode(r, "dynamicDSTTimeZoneKeyName", n, 0, maxDSTKeyName)
		case ExtendedDynamicDaylightTimeDisabled:
			m.DynamicDaylightTimeDisabled = r.U16LE("dynamicDaylightTimeDisabled")
		}
	}
	if r.Len() > 0 {
		m.Extra = r.Rest()
	}
	return m
}

func readCookie(r *wire.Reader) []byte {
	n := int(r.U16LE("cbAutoReconnectCookie"))
	switch n {
	case 0:
		return nil
	case AutoReconnectCookieSize:
		return r.Bytes("autoReconnectCookie", n)
	}
	r.Failf("cbAutoReconnectCookie", "wants 0 or %d bytes, got %d", AutoReconnectCookieSize, n)
	return nil
}

// extendedTexts are the texts of an ExtendedInfo as they are sent.
type extendedTexts struct{ address, dir, keyName []byte }

// texts checks all of m, so that writing it cannot fail any more.
func (m *ExtendedInfo) texts() (t extendedTexts, err error) {
	if err = m.check(); err != nil {
		return t, err
	}
	if t.address, err = encodeUnicode("clientAddress", m.Address, 2, maxAddress); err != nil {
		return t, err
	}
	if t.dir, err = encodeUnicode("clientDir", m.Dir, 2, maxDir); err != nil {
		return t, err
	}
	t.keyName, err = encodeUnicode("dynamicDSTTimeZoneKeyName", m.DynamicDSTTimeZoneKeyName, 0, maxDSTKeyName)
	return t, err
}

func (m *ExtendedInfo) append(dst []byte, t extendedTexts) []byte {
	le := binary.LittleEndian
	dst = le.AppendUint16(dst, m.AddressFamily)
	dst = append(le.AppendUint16(dst, uint16(len(t.address))), t.address...)
	dst = append(le.AppendUint16(dst, uint16(len(t.dir))), t.dir...)
	for f := ExtendedTimeZone; m.Has(f); f++ {
		switch f {
		case ExtendedTimeZone:
			dst = append(dst, m.TimeZone[:]...)
		case ExtendedSessionID:
			dst = le.AppendUint32(dst, m.SessionID)
		case ExtendedPerformanceFlags:
			dst = le.AppendUint32(dst, m.PerformanceFlags)
		case ExtendedAutoReconnectCookie:
			dst = le.AppendUint16(dst, uint16(len(m.AutoReconnectCookie)))
			dst = append(dst, m.AutoReconnectCookie...)
		case ExtendedReserved1, ExtendedReserved2:
			dst = append(dst, 0, 0)
		case ExtendedDynamicDSTTimeZoneKeyName:
			dst = append(le.AppendUint16(dst, uint16(len(t.keyName))), t.keyName...)
		case ExtendedDynamicDaylightTimeDisabled:
			dst = le.AppendUint16(dst, m.DynamicDaylightTimeDisabled)
		}
	}
	return append(dst, m.Extra...)
}

// check refuses a packet that would be read back as another one.
func (m *ExtendedInfo) check() error {
	if m.Last < ExtendedMandatory || m.Last > ExtendedDynamicDaylightTimeDisabled {
		return wire.Misuse(extendedName, "no field %d", m.Last)
	}
	if n := len(m.AutoReconnectCookie); n != 0 && n != AutoReconnectCookieSize {
		return wire.Misuse(extendedName, "cookie of %d bytes, wants %d", n, AutoReconnectCookieSize)
	}
	for _, field := range []struct {
		needs ExtendedInfoField
		set   bool
	}{
		{ExtendedTimeZone, m.TimeZone != [TimeZoneSize]byte{}},
		{ExtendedSessionID, m.SessionID != 0},
		{ExtendedPerformanceFlags, m.PerformanceFlags != 0},
		{ExtendedAutoReconnectCookie, len(m.AutoReconnectCookie) > 0},
		{ExtendedDynamicDSTTimeZoneKeyName, m.DynamicDSTTimeZoneKeyName != ""},
		{ExtendedDynamicDaylightTimeDisabled, m.DynamicDaylightTimeDisabled != 0 || len(m.Extra) > 0},
	} {
		if field.set && !m.Has(field.needs) {
			return wire.Misuse(extendedName, "Last is %d, but field %d is set", m.Last, field.needs)
		}
	}
	return nil
}

// String keeps the cookie to itself. It belongs to the value, so that a copy is
// as silent.
func (m ExtendedInfo) String() string {
	return fmt.Sprintf("extended info of a client at %s", m.Address)
}

// GoString keeps the cookie out of %#v.
func (m ExtendedInfo) GoString() string { return m.String() }

// Format does the same for every verb.
func (m ExtendedInfo) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

// MarshalText does the same for JSON and logs.
func (m ExtendedInfo) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
