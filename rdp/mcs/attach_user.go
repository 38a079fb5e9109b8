package mcs

import "github.com/fumidai/fumidai/rdp/wire"

const (
	attachRequestName = "MCS Attach User Request"
	attachConfirmName = "MCS Attach User Confirm"
)

// AppendAttachUserRequest appends the Client MCS Attach User Request PDU
// (MS-RDPBCGR 2.2.1.6). It has no content.
func AppendAttachUserRequest(dst []byte) []byte {
	return append(dst, byte(AttachUserRequestType)<<2)
}

// ParseAttachUserRequest checks that b is that message and nothing more.
func ParseAttachUserRequest(b []byte) error {
	r := wire.NewReader(attachRequestName, b)
	openDomain(r, AttachUserRequestType)
	r.End()
	return r.Err()
}

// AttachUserConfirm is the Server MCS Attach User Confirm PDU (MS-RDPBCGR
// 2.2.1.7): the identifier under which the client sends from now on. It is the
// number of the client's own channel too.
type AttachUserConfirm struct {
	Result    Result
	Initiator uint16 // UserIDBase or more; 0 if the server refused and sent none
}

// Refused is a *RefusedError if the server did not accept the user, nil if it
// did.
func (m *AttachUserConfirm) Refused() error {
	if m.Result == ResultSuccessful {
		return nil
	}
	return &RefusedError{Request: AttachUserRequestType, Result: m.Result}
}

// AppendAttachUserConfirm appends m. A success without an Initiator, an
// Initiator below UserIDBase and a Result that T.125 does not have are a
// *wire.MisuseError.
func AppendAttachUserConfirm(dst []byte, m *AttachUserConfirm) ([]byte, error) {
	present := m.Result == ResultSuccessful || m.Initiator != 0
	if m.Result > maxResult {
		return dst, wire.Misuse(attachConfirmName, "result %d", m.Result)
	}
	if present {
		if err := checkUserID(attachConfirmName, m.Initiator); err != nil {
			return dst, err
		}
	}
	dst = appendConfirm(dst, AttachUserConfirmType, m.Result, present)
	if present {
		dst = appendUserID(dst, m.Initiator)
	}
	return dst, nil
}

// ParseAttachUserConfirm reads a whole message. A refusal is a message, not an
// error of this function; see Refused.
func ParseAttachUserConfirm(b []byte) (*AttachUserConfirm, error) {
	r := wire.NewReader(attachConfirmName, b)
	result, present := readConfirm(r, AttachUserConfirmType)
	m := &AttachUserConfirm{Result: result}
	if present {
		m.Initiator = readUserID(r, "initiator")
	} else if result == ResultSuccessful {
		r.Failf("initiator", "missing in a success")
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
