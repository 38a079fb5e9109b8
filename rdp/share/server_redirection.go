package share

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ServerRedirection is RDP_SERVER_REDIRECTION_PACKET: a server sends the client to
// another one, or to another session (MS-RDPBCGR 2.2.13.1). Which fields are there
// is in Flags.
//
// A field is written if it is not empty or if its flag is set, and its flag with
// it: Flags need only hold those that announce no field.
type ServerRedirection struct {
	SessionID uint32 // the session to ask for in TS_UD_CS_CLUSTER; a value, or 0
	Flags     RedirectionFlags

	TargetNetAddress   string   // an IP address, at most 39 characters
	LoadBalanceInfo    []byte   // for the routing token of the next connection, as in "Cookie: msts=...\r\n"
	UserName           string   // at most 255 UTF-16 characters
	Domain             string   // at most 25 UTF-16 characters
	Password           []byte   // see below
	TargetFQDN         string   // at most 255 UTF-16 characters
	TargetNetBIOSName  string   // at most 15 UTF-16 characters
	TsvURL             []byte   // UTF-16LE
	RedirectionGUID    []byte   // base64 in UTF-16LE
	TargetCertificate  []byte   // base64 in UTF-16LE, of the elements of MS-RDPBCGR 2.2.13.1.2
	TargetNetAddresses []string // IP addresses
	// Password is a credential: UTF-16LE with a terminator, at most 512 bytes, or
	// with RedirectPasswordIsPKEncrypted a blob for the target alone.
}

const (
	redirectionName = "RDP_SERVER_REDIRECTION_PACKET"

	secRedirectionPacket = 0x0400 // SEC_REDIRECTION_PKT, its Flags field
	redirectionFixed     = 12     // Flags, Length, SessionID, RedirFlags
	redirectionPad       = 8

	// The sizes, in bytes with the terminator, that FreeRDP accepts; the
	// specification has none for most of them.
	addressSize = 80
	fqdnSize    = 512
	netBIOSSize = 32
)

// MaxNetAddresses is our limit of ServerRedirection.TargetNetAddresses.
const MaxNetAddresses = 64

// Wipe overwrites the password.
func (m *ServerRedirection) Wipe() { clear(m.Password) }

// String leaves the password out, and the load balance information with it, which
// may hold a token.
func (m ServerRedirection) String() string {
	return fmt.Sprintf("ServerRedirection %v, session %d, address %q, user %q, domain %q, name %q",
		m.Flags, m.SessionID, m.TargetNetAddress, m.UserName, m.Domain, m.TargetFQDN)
}

// Format never shows the password, whatever the verb.
func (m ServerRedirection) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

// MarshalText does the same for JSON and logs.
func (m ServerRedirection) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// A redirectionField is one of the fields that a flag announces; one of the two
// pointers is set.
type redirectionField struct {
	flag RedirectionFlags
	name string
	text *string
	data *[]byte
	size int // limit of the text, in bytes
}

// fields lists all fields before TargetNetAddresses in their order on the wire,
// which is not that of the flags.
func (m *ServerRedirection) fields() [10]redirectionField {
	return [...]redirectionField{
		{RedirectTargetNetAddress, "TargetNetAddress", &m.TargetNetAddress, nil, addressSize},
		{RedirectLoadBalanceInfo, "LoadBalanceInfo", nil, &m.LoadBalanceInfo, 0},
		{RedirectUserName, "UserName", &m.UserName, nil, userSize},
		{RedirectDomain, "Domain", &m.Domain, nil, domainSize},
		{RedirectPassword, "Password", nil, &m.Password, 0},
		{RedirectTargetFQDN, "TargetFQDN", &m.TargetFQDN, nil, fqdnSize},
		{RedirectTargetNetBIOSName, "TargetNetBiosName", &m.TargetNetBIOSName, nil, netBIOSSize},
		{RedirectClientTsvURL, "TsvUrl", nil, &m.TsvURL, 0},
		{RedirectGUID, "RedirectionGuid", nil, &m.RedirectionGUID, 0},
		{RedirectTargetCertificate, "TargetCertificate", nil, &m.TargetCertificate, 0},
	}
}

// ParseServerRedirection reads the Body of a Server Redirection PDU in the form of
// Enhanced RDP Security (MS-RDPBCGR 2.2.13.3.1). All padding at its end may be
// missing, as some versions of Windows send it; strings end at their first NUL or
// with their field.
func ParseServerRedirection(body []byte) (*ServerRedirection, error) {
	r := wire.NewReader(redirectionName, body)
	r.Bytes("pad2Octets", 2)
	if f := r.U16LE("Flags"); f != secRedirectionPacket {
		r.Failf("Flags", "wants %#04x, got %#04x", secRedirectionPacket, f)
	}
	length := int(r.U16LE("Length"))
	// Length counts from Flags on, and may count padding that is not there.
	if available := r.Len() + 4; length < redirectionFixed || length > available+redirectionPad {
		r.Failf("Length", "announces %d bytes, %d left", length, available)
	}
	if r.Err() == nil {
		body = body[:min(len(body), 2+length)]
		r = wire.NewReader(redirectionName, body)
		r.Bytes("pad2Octets to Length", 6)
	}
	m := &ServerRedirection{SessionID: r.U32LE("SessionID"), Flags: RedirectionFlags(r.U32LE("RedirFlags"))}
	for _, f := range m.fields() {
		if m.Flags&f.flag == 0 {
			continue
		}
		b := readCounted(r, f.name)
		if f.text != nil {
			*f.text = untilNUL(b)
		} else {
			*f.data = b
		}
	}
	if m.Flags&RedirectTargetNetAddresses != 0 {
		m.TargetNetAddresses = readNetAddresses(r)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func readCounted(r *wire.Reader, field string) []byte {
	n := r.U32LE(field + "Length")
	if int64(n) > int64(r.Len()) {
		r.Failf(field+"Length", "announces %d bytes, %d left", n, r.Len())
		return nil
	}
	return r.Bytes(field, int(n))
}

// readNetAddresses reads TARGET_NET_ADDRESSES (MS-RDPBCGR 2.2.13.1.1).
func readNetAddresses(r *wire.Reader) (addresses []string) {
	n := r.U32LE("TargetNetAddressesLength")
	if int64(n) > int64(r.Len()) {
		r.Failf("TargetNetAddressesLength", "announces %d bytes, %d left", n, r.Len())
	}
	start := r.Offset()
	count := r.U32LE("addressCount")
	if count > MaxNetAddresses {
		r.Failf("addressCount", "%d addresses, limit is %d", count, MaxNetAddresses)
		return nil
	}
	for range count {
		addresses = append(addresses, untilNUL(readCounted(r, "address")))
	}
	r.Bytes("TargetNetAddresses", int(n)-(r.Offset()-start)) // fails if the addresses have more
	return addresses
}

// AppendServerRedirection appends the whole Share Control PDU in the form of
// Enhanced RDP Security; source is the server's MCS channel. Strings that are
// longer than their field says or hold a NUL, a password without a terminator and
// too many addresses are a *wire.MisuseError.
func AppendServerRedirection(dst []byte, source uint16, m *ServerRedirection) ([]byte, error) {
	if err := m.check(); err != nil {
		return dst, err
	}
	le := binary.LittleEndian
	out, start := beginControl(dst, TypeServerRedirection, source)
	out = append(out, 0, 0) // pad2Octets
	packet := len(out)
	out = le.AppendUint16(out, secRedirectionPacket)
	out = append(out, 0, 0) // Length, below
	out = le.AppendUint32(out, m.SessionID)
	flags := m.Flags
	out = append(out, 0, 0, 0, 0) // RedirFlags, below
	for _, f := range m.fields() {
		if f.empty() && flags&f.flag == 0 {
			continue
		}
		flags |= f.flag
		if f.text != nil {
			out = appendCountedText(out, *f.text)
		} else {
			out = appendCounted(out, *f.data)
		}
	}
	if len(m.TargetNetAddresses) > 0 || flags&RedirectTargetNetAddresses != 0 {
		flags |= RedirectTargetNetAddresses
		out = appendNetAddresses(out, m.TargetNetAddresses)
	}
	out = append(out, make([]byte, redirectionPad)...)
	le.PutUint16(out[packet+2:], uint16(len(out)-packet)) // endControl finds it too long
	le.PutUint32(out[packet+8:], uint32(flags))
	out = append(out, 0) // pad1Octet
	return endControl(dst, out, start, TypeServerRedirection)
}

func (m *ServerRedirection) check() error {
	for _, f := range m.fields() {
		if f.text != nil {
			if _, err := nameWithNUL(redirectionName, f.name, *f.text, f.size); err != nil {
				return err
			}
		}
	}
	for _, address := range m.TargetNetAddresses {
		if _, err := nameWithNUL(redirectionName, "TargetNetAddresses", address, addressSize); err != nil {
			return err
		}
	}
	if n := len(m.TargetNetAddresses); n > MaxNetAddresses {
		return wire.Misuse(redirectionName, "%d addresses", n)
	}
	if m.Flags&RedirectPasswordIsPKEncrypted == 0 && len(m.Password) > 0 {
		n := len(m.Password)
		if n > 512 || n%2 != 0 || m.Password[n-1] != 0 || m.Password[n-2] != 0 {
			return wire.Misuse(redirectionName, "password is not UTF-16LE with a terminator in 512 bytes")
		}
	}
	return nil
}

func (f redirectionField) empty() bool {
	if f.text != nil {
		return *f.text == ""
	}
	return len(*f.data) == 0
}

func appendCounted(dst, b []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(dst, uint32(len(b))), b...)
}

// appendCountedText appends text in UTF-16LE; the length counts its terminator.
func appendCountedText(dst []byte, text string) []byte {
	start := len(dst)
	dst = append(wire.AppendUTF16(append(dst, 0, 0, 0, 0), text), 0, 0)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

func appendNetAddresses(dst []byte, addresses []string) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(addresses)))
	for _, address := range addresses {
		dst = appendCountedText(dst, address)
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}
