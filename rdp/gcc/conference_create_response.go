package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MaxResponseSize is our limit of a Conference Create Response, in bytes: what
// PER lengths of two bytes can describe.
const MaxResponseSize = 0x3FFF

const responseName = "GCC Conference Create Response"

// The range of a nodeID (MS-RDPBCGR 3.3.5.3.4).
const (
	MinNodeID = 1001
	MaxNodeID = 65536
)

// ConferenceCreateResponse is the GCC Conference Create Response (MS-RDPBCGR
// 2.2.1.4). Its tag and result have no meaning: a client looks at the user data
// only (MS-RDPBCGR 3.2.5.3.4).
type ConferenceCreateResponse struct {
	NodeID   int    // MinNodeID to MaxNodeID
	UserData []byte // the server's blocks
}

var (
	responseChoice = []byte{0x14}       // conferenceCreateResponse, with userData
	serverKey      = []byte("McDn")     // server to client
	responseTag    = []byte{0x01, 0x01} // an integer of one byte, 1
)

// responseLength stands where the length of the message belongs. Windows sends
// these 42 bytes always (MS-RDPBCGR 4.1.4), clients must ignore it (3.2.5.3.4),
// and nmap expects that it has one byte, so that the right number would hurt.
const responseLength = 0x2A

// AppendConferenceCreateResponse appends m. A nodeID out of its range and a
// message longer than MaxResponseSize are a *wire.MisuseError.
//
// nmap 7.93 finds the blocks only if UserData has less than 128 bytes, or 256 to
// 511, because it reads the PER length before them as BER (confirmed).
func AppendConferenceCreateResponse(dst []byte, m *ConferenceCreateResponse) ([]byte, error) {
	if m.NodeID < MinNodeID || m.NodeID > MaxNodeID {
		return dst, wire.Misuse(responseName, "nodeID %d", m.NodeID)
	}
	head := append([]byte{}, connectDataKey...)
	head = append(append(head, responseLength), responseChoice...)
	head = binary.BigEndian.AppendUint16(head, uint16(m.NodeID-MinNodeID))
	head = append(append(head, responseTag...), 0) // result: success
	head = append(append(head, userDataSet...), serverKey...)
	if n := len(head) + 2 + len(m.UserData); n > MaxResponseSize {
		return dst, wire.Misuse(responseName, "%d bytes, limit is %d", n, MaxResponseSize)
	}
	dst = appendLength(append(dst, head...), len(m.UserData))
	return append(dst, m.UserData...), nil
}

// ParseConferenceCreateResponse reads a whole message.
func ParseConferenceCreateResponse(b []byte) (*ConferenceCreateResponse, error) {
	r := wire.NewReader(responseName, b)
	if len(b) > MaxResponseSize {
		r.Failf("size", "%d bytes, limit is %d", len(b), MaxResponseSize)
	}
	expect(r, "key", connectDataKey)
	readLength(r, "connectPDU") // see responseLength
	expect(r, "connectPDU", responseChoice)
	m := &ConferenceCreateResponse{NodeID: MinNodeID + int(r.U16BE("nodeID"))}
	r.Bytes("tag", int(r.U8("tag")))
	r.U8("result")
	expect(r, "userData", userDataSet)
	expect(r, "h221NonStandard", serverKey)
	var err error
	if m.UserData, err = readUserData(r); err != nil {
		return nil, err
	}
	return m, nil
}
