package connect

import (
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/x224"
)

// FrameSize tells how long the frame is whose first bytes are head, TPKT or
// fast-path: 0 while it needs more of them. It is what a driver asks before it
// waits for the rest.
func FrameSize(head []byte) (int, error) {
	if len(head) > 0 && fastpath.Is(head[0]) {
		return fastpath.FrameSize(head)
	}
	return x224.FrameSize(head)
}

// connectPDU stands for the two BER messages among the numbers of the domain
// PDUs.
const connectPDU mcs.PDUType = 0xFF

// frame is a received frame, opened as far as to tell what it is. Its slices
// alias the input.
type frame struct {
	fastPath bool
	kind     mcs.PDUType
	payload  []byte // of the X.224 Data TPDU; of the fast-path frame, all of it
}

// name is the message as an error tells it.
func (f frame) name() string {
	switch {
	case f.fastPath:
		return "a fast-path PDU"
	case f.kind == connectPDU:
		return "an MCS connect PDU"
	}
	return f.kind.String()
}

// ends reports whether the frame is the other end's goodbye, which may come in any
// state.
func (f frame) ends() bool { return !f.fastPath && f.kind == mcs.DisconnectProviderUltimatumType }

// ultimatum is the message itself, as the error that it is, or what is wrong with
// it.
func ultimatum(payload []byte) error {
	m, err := mcs.ParseDisconnectProviderUltimatum(payload)
	if err != nil {
		return err
	}
	return m
}

// parseHeader opens a security header, which says nothing of encryption behind TLS
// (MS-RDPBCGR 5.4.1).
func parseHeader(state interface{ name() string }, userData []byte) (flags security.Flags, body []byte, err error) {
	flags, body, err = security.ParseHeader(userData)
	if err == nil && flags&security.Encrypt != 0 {
		err = unexpected(state.name(), "a security header with SEC_ENCRYPT")
	}
	return flags, body, err
}

// connectTag begins the BER tags of all T.125 connect PDUs; no domain PDU of RDP
// begins so.
const connectTag = 0x7F

func open(b []byte) (frame, error) {
	if len(b) > 0 && fastpath.Is(b[0]) {
		return frame{fastPath: true, payload: b}, nil
	}
	payload, err := x224.ParseData(b)
	if err != nil {
		return frame{}, err
	}
	if len(payload) > 0 && payload[0] == connectTag {
		return frame{kind: connectPDU, payload: payload}, nil
	}
	kind, err := mcs.TypeOf(payload)
	return frame{kind: kind, payload: payload}, err
}

// The channels of a session. Windows numbers them so: the I/O channel first, the
// static channels of the client behind it (MS-RDPBCGR 2.2.1.4.4).
const (
	serverUser = 1002 // the server's own user channel, initiator of all it sends
	ioChannel  = 1003
)

// appendIndication appends a whole frame with userData for that channel, from
// the server.
func appendIndication(dst []byte, channel uint16, userData []byte) ([]byte, error) {
	return appendSendData(dst, mcs.AppendSendDataIndication, mcs.SendData{Initiator: serverUser, ChannelID: channel, UserData: userData})
}

func appendSendData(dst []byte, appendPDU func([]byte, mcs.SendData) ([]byte, error), m mcs.SendData) ([]byte, error) {
	payload, err := appendPDU(nil, m)
	if err != nil {
		return dst, err
	}
	return x224.AppendData(dst, payload)
}
