package mcs

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ChannelJoinRequest is the Client MCS Channel Join Request PDU (MS-RDPBCGR
// 2.2.1.8).
type ChannelJoinRequest struct {
	Initiator uint16 // of the Attach User Confirm
	ChannelID uint16
}

// ChannelJoinConfirm is the Server MCS Channel Join Confirm PDU (MS-RDPBCGR
// 2.2.1.9).
type ChannelJoinConfirm struct {
	Result    Result
	Initiator uint16
	Requested uint16
	ChannelID uint16 // 0 if the server refused and sent none
}

const (
	joinRequestName = "MCS Channel Join Request"
	joinConfirmName = "MCS Channel Join Confirm"
)

// AppendChannelJoinRequest appends m. An Initiator below UserIDBase is a
// *wire.MisuseError.
func AppendChannelJoinRequest(dst []byte, m *ChannelJoinRequest) ([]byte, error) {
	if err := checkUserID(joinRequestName, m.Initiator); err != nil {
		return dst, err
	}
	dst = append(dst, byte(ChannelJoinRequestType)<<2)
	dst = appendUserID(dst, m.Initiator)
	return binary.BigEndian.AppendUint16(dst, m.ChannelID), nil
}

// ParseChannelJoinRequest reads a whole message.
func ParseChannelJoinRequest(b []byte) (*ChannelJoinRequest, error) {
	r := wire.NewReader(joinRequestName, b)
	openDomain(r, ChannelJoinRequestType)
	m := &ChannelJoinRequest{Initiator: readUserID(r, "initiator"), ChannelID: r.U16BE("channelId")}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// Refused is a *RefusedError if the server did not let the client join, nil if
// it did.
func (m *ChannelJoinConfirm) Refused() error {
	if m.Result == ResultSuccessful {
		return nil
	}
	return &RefusedError{Request: ChannelJoinRequestType, Result: m.Result}
}

// AppendChannelJoinConfirm appends m. A success without a ChannelID, an
// Initiator below UserIDBase and a Result that T.125 does not have are a
// *wire.MisuseError.
func AppendChannelJoinConfirm(dst []byte, m *ChannelJoinConfirm) ([]byte, error) {
	if m.Result > maxResult {
		return dst, wire.Misuse(joinConfirmName, "result %d", m.Result)
	}
	if m.Result == ResultSuccessful && m.ChannelID == 0 {
		return dst, wire.Misuse(joinConfirmName, "success without a channel")
	}
	if err := checkUserID(joinConfirmName, m.Initiator); err != nil {
		return dst, err
	}
	dst = appendConfirm(dst, ChannelJoinConfirmType, m.Result, m.ChannelID != 0)
	dst = appendUserID(dst, m.Initiator)
	dst = binary.BigEndian.AppendUint16(dst, m.Requested)
	if m.ChannelID != 0 {
		dst = binary.BigEndian.AppendUint16(dst, m.ChannelID)
	}
	return dst, nil
}

// ParseChannelJoinConfirm reads a whole message. A refusal is a message, not an
// error of this function; see Refused.
func ParseChannelJoinConfirm(b []byte) (*ChannelJoinConfirm, error) {
	r := wire.NewReader(joinConfirmName, b)
	result, present := readConfirm(r, ChannelJoinConfirmType)
	m := &ChannelJoinConfirm{
		Result:    result,
		Initiator: readUserID(r, "initiator"),
		Requested: r.U16BE("requested"),
	}
	if present {
		m.ChannelID = r.U16BE("channelId")
	}
	// Zero is no channel (T.125, type ChannelId), so nobody can have joined it.
	if result == ResultSuccessful && m.ChannelID == 0 {
		r.Failf("channelId", "missing in a success")
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
