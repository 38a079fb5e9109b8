package mcs

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// SendData is the content of a Send Data Request, from client to server, and of
// a Send Data Indication, from server to client (T.125 section 7, part 7). All
// that a session consists of, except for fast-path, travels in these two
// (MS-RDPBCGR 2.2.8.1.1 and 2.2.9.1.1).
//
// They are written and read once for every message of a session: none of the
// four functions allocates if dst has room.
type SendData struct {
	Initiator uint16 // who sends: the client's user, or the server's own
	ChannelID uint16
	UserData  []byte // at most MaxSendData bytes
}

// MaxSendData is the longest UserData, in bytes: what the two bytes of a PER
// length without fragments can say (X.691 10.9.3.7). RDP never fragments.
const MaxSendData = 0x3FFF

const (
	sendRequestName    = "MCS Send Data Request"
	sendIndicationName = "MCS Send Data Indication"

	// High priority in two bits, then begin and end of the data in two more.
	priorityAndSegmentation = 0x70
)

// AppendSendDataRequest appends m as a client's message. UserData longer than
// MaxSendData and an Initiator below UserIDBase are a *wire.MisuseError.
func AppendSendDataRequest(dst []byte, m SendData) ([]byte, error) {
	return appendSendData(dst, sendRequestName, SendDataRequestType, m)
}

// ParseSendDataRequest reads a client's whole message.
func ParseSendDataRequest(b []byte) (SendData, error) {
	return parseSendData(b, sendRequestName, SendDataRequestType)
}

// AppendSendDataIndication appends m as a server's message, with the limits of
// AppendSendDataRequest.
func AppendSendDataIndication(dst []byte, m SendData) ([]byte, error) {
	return appendSendData(dst, sendIndicationName, SendDataIndicationType, m)
}

// ParseSendDataIndication reads a server's whole message.
func ParseSendDataIndication(b []byte) (SendData, error) {
	return parseSendData(b, sendIndicationName, SendDataIndicationType)
}

func appendSendData(dst []byte, name string, t PDUType, m SendData) ([]byte, error) {
	n := len(m.UserData)
	if n > MaxSendData {
		return dst, wire.Misuse(name, "user data of %d bytes, limit is %d", n, MaxSendData)
	}
	if err := checkUserID(name, m.Initiator); err != nil {
		return dst, err
	}
	dst = append(dst, byte(t)<<2)
	dst = appendUserID(dst, m.Initiator)
	dst = binary.BigEndian.AppendUint16(dst, m.ChannelID)
	dst = append(dst, priorityAndSegmentation)
	if n < 0x80 {
		dst = append(dst, byte(n))
	} else {
		dst = append(dst, 0x80|byte(n>>8), byte(n))
	}
	return append(dst, m.UserData...), nil
}

// parseSendData takes any priority and segmentation: peers differ, and nobody
// acts on them. The length must be exact, because some peers believe it and
// others take all that follows: a message that both read must be one message.
func parseSendData(b []byte, name string, t PDUType) (SendData, error) {
	r := wire.NewReader(name, b)
	openDomain(r, t)
	m := SendData{Initiator: readUserID(r, "initiator"), ChannelID: r.U16BE("channelId")}
	r.U8("dataPriority")
	n := int(r.U8("userData"))
	switch {
	case n >= 0xC0:
		r.Failf("userData", "length in fragments")
	case n >= 0x80:
		// FreeRDP uses the two-byte form for any length.
		n = n&0x3F<<8 | int(r.U8("userData"))
	}
	m.UserData = r.Bytes("userData", n)
	r.End()
	if err := r.Err(); err != nil {
		return SendData{}, err
	}
	return m, nil
}
