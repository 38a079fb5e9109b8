package mcs

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// PDUType is the choice number of a DomainMCSPDU (T.125 section 7, part 10). It
// stands in the upper six bits of the first byte.
type PDUType uint8

// The messages that RDP uses (MS-RDPBCGR 2.2.1.5 to 2.2.1.9, 2.2.2.3,
// 2.2.8.1.1 and 2.2.9.1.1). The others of T.125 only have a String.
const (
	ErectDomainRequestType          PDUType = 1
	DisconnectProviderUltimatumType PDUType = 8
	AttachUserRequestType           PDUType = 10
	AttachUserConfirmType           PDUType = 11
	ChannelJoinRequestType          PDUType = 14
	ChannelJoinConfirmType          PDUType = 15
	SendDataRequestType             PDUType = 25
	SendDataIndicationType          PDUType = 26
)

var pduNames = [...]string{
	"plumbDomainIndication", "erectDomainRequest", "mergeChannelsRequest", "mergeChannelsConfirm",
	"purgeChannelsIndication", "mergeTokensRequest", "mergeTokensConfirm", "purgeTokensIndication",
	"disconnectProviderUltimatum", "rejectMCSPDUUltimatum", "attachUserRequest", "attachUserConfirm",
	"detachUserRequest", "detachUserIndication", "channelJoinRequest", "channelJoinConfirm",
	"channelLeaveRequest", "channelConveneRequest", "channelConveneConfirm", "channelDisbandRequest",
	"channelDisbandIndication", "channelAdmitRequest", "channelAdmitIndication", "channelExpelRequest",
	"channelExpelIndication", "sendDataRequest", "sendDataIndication", "uniformSendDataRequest",
	"uniformSendDataIndication", "tokenGrabRequest", "tokenGrabConfirm", "tokenInhibitRequest",
	"tokenInhibitConfirm", "tokenGiveRequest", "tokenGiveIndication", "tokenGiveResponse",
	"tokenGiveConfirm", "tokenPleaseRequest", "tokenPleaseIndication", "tokenReleaseRequest",
	"tokenReleaseConfirm", "tokenTestRequest", "tokenTestConfirm",
}

// String is the name in T.125, or a number.
func (t PDUType) String() string {
	if int(t) < len(pduNames) {
		return pduNames[t]
	}
	return fmt.Sprintf("PDUType(%d)", uint8(t))
}

const domainName = "DomainMCSPDU"

// TypeOf tells which message the payload of an X.224 Data TPDU is. A number
// that T.125 does not have is a *wire.Error, and so are Connect Initial and
// Connect Response: they are no domain messages, and nothing after the
// connection may be one of them.
func TypeOf(payload []byte) (PDUType, error) {
	r := wire.NewReader(domainName, payload)
	first := r.U8("choice")
	t := PDUType(first >> 2)
	switch {
	case first == tagApplication:
		r.Failf("choice", "a connect message, which is none of the domain")
	case int(t) >= len(pduNames):
		r.Failf("choice", "no message %d", uint8(t))
	}
	if err := r.Err(); err != nil {
		return 0, err
	}
	return t, nil
}

// openDomain reads the first byte of a message and returns its lower two bits,
// where the content begins.
func openDomain(r *wire.Reader, want PDUType) byte {
	first := r.U8("choice")
	if got := PDUType(first >> 2); got != want {
		r.Failf("choice", "wants message %d, got %d", uint8(want), uint8(got))
	}
	return first & 3
}

// A confirm begins with a bit that says whether its last identifier is there,
// and the four bits of the result. Two of these five bits are in the first byte.
const optionalPresent = 2

func readConfirm(r *wire.Reader, want PDUType) (result Result, present bool) {
	low := openDomain(r, want)
	return Result(low&1<<3 | r.U8("result")>>5), low&optionalPresent != 0
}

func appendConfirm(dst []byte, t PDUType, result Result, present bool) []byte {
	first := byte(t)<<2 | byte(result)>>3&1
	if present {
		first |= optionalPresent
	}
	return append(dst, first, byte(result)<<5)
}

// maxResult is the last of T.125, and the last that four bits can hold.
const maxResult = 15

// UserIDBase is the smallest identifier of a user (T.125 section 7, part 1, type
// UserId). What PER writes is the distance from it.
const UserIDBase = 1001

func readUserID(r *wire.Reader, field string) uint16 {
	v := r.U16BE(field)
	if v > 0xFFFF-UserIDBase {
		r.Failf(field, "user id %d above 65535", int(v)+UserIDBase)
	}
	if r.Err() != nil {
		return 0
	}
	return v + UserIDBase
}

// appendUserID wants an id that checkUserID has let through.
func appendUserID(dst []byte, id uint16) []byte {
	return binary.BigEndian.AppendUint16(dst, id-UserIDBase)
}

func checkUserID(name string, id uint16) error {
	if id < UserIDBase {
		return wire.Misuse(name, "user id %d, the smallest is %d", id, UserIDBase)
	}
	return nil
}
