package mcs

import "github.com/fumidai/fumidai/rdp/wire"

// MaxInitialUserData is the longest user data of a Connect Initial, in bytes
// (MS-RDPBCGR 2.2.1.3). To a server that does not announce extended client
// data a client may send only 1024.
const MaxInitialUserData = 4096

// ConnectInitial is the Client MCS Connect Initial PDU (MS-RDPBCGR 2.2.1.3,
// T.125 section 11.1).
type ConnectInitial struct {
	CallingDomainSelector []byte
	CalledDomainSelector  []byte
	UpwardFlag            bool
	TargetParameters      DomainParameters
	MinimumParameters     DomainParameters
	MaximumParameters     DomainParameters
	UserData              []byte // a GCC Conference Create Request
}

const initialName = "MCS Connect Initial"

// NewConnectInitial fills a message around userData with the values that
// MS-RDPBCGR 3.2.5.3.3 gives to a client.
func NewConnectInitial(userData []byte) *ConnectInitial {
	return &ConnectInitial{
		CallingDomainSelector: []byte{1},
		CalledDomainSelector:  []byte{1},
		UpwardFlag:            true,
		TargetParameters:      DomainParameters{34, 2, 0, 1, 0, 1, 65535, 2},
		MinimumParameters:     DomainParameters{1, 1, 1, 1, 0, 1, 1056, 2},
		MaximumParameters:     DomainParameters{65535, 65535, 65535, 1, 0, 1, 65535, 2},
		UserData:              userData,
	}
}

// AppendConnectInitial appends m. User data longer than MaxInitialUserData and
// a domain selector longer than 255 bytes are a *wire.MisuseError.
func AppendConnectInitial(dst []byte, m *ConnectInitial) ([]byte, error) {
	if n := len(m.UserData); n > MaxInitialUserData {
		return dst, wire.Misuse(initialName, "user data of %d bytes, limit is %d", n, MaxInitialUserData)
	}
	if n := max(len(m.CallingDomainSelector), len(m.CalledDomainSelector)); n > maxDomainSelector {
		return dst, wire.Misuse(initialName, "domain selector of %d bytes, limit is %d", n, maxDomainSelector)
	}
	content := appendElement(nil, wire.TagOctetString, m.CallingDomainSelector)
	content = appendElement(content, wire.TagOctetString, m.CalledDomainSelector)
	upward := []byte{0}
	if m.UpwardFlag {
		upward[0] = 0xFF
	}
	content = appendElement(content, wire.TagBoolean, upward)
	content = appendDomainParameters(content, m.TargetParameters)
	content = appendDomainParameters(content, m.MinimumParameters)
	content = appendDomainParameters(content, m.MaximumParameters)
	content = appendElement(content, wire.TagOctetString, m.UserData)
	return appendConnect(dst, tagConnectInitial, content), nil
}

// maxDomainSelector is our limit; RDP always sends one byte.
const maxDomainSelector = 255

// ParseConnectInitial reads a whole message.
func ParseConnectInitial(b []byte) (*ConnectInitial, error) {
	r := openConnect(initialName, b, tagConnectInitial)
	m := &ConnectInitial{
		CallingDomainSelector: readOctets(r, "callingDomainSelector", maxDomainSelector),
		CalledDomainSelector:  readOctets(r, "calledDomainSelector", maxDomainSelector),
		UpwardFlag:            readByte(r, "upwardFlag", wire.TagBoolean) != 0,
		TargetParameters:      readDomainParameters(r, "targetParameters"),
		MinimumParameters:     readDomainParameters(r, "minimumParameters"),
		MaximumParameters:     readDomainParameters(r, "maximumParameters"),
		UserData:              readOctets(r, "userData", MaxInitialUserData),
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func readOctets(r *wire.Reader, field string, limit int) []byte {
	c := r.Expect(field, wire.TagOctetString).Content
	if len(c) > limit {
		r.Failf(field, "%d bytes, limit is %d", len(c), limit)
	}
	return c
}
