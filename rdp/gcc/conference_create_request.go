package gcc

import "github.com/fumidai/fumidai/rdp/wire"

// MaxRequestSize is the longest Conference Create Request, in bytes, to a server
// that announces extended client data; to others a client may send only 1024
// (MS-RDPBCGR 2.2.1.3 and 3.3.5.3.3).
const MaxRequestSize = 4096

const requestName = "GCC Conference Create Request"

// Both messages begin with the choice of an object identifier, of five bytes,
// { itu-t recommendation t 124 version(0) 1 } (T.124 section 8.7).
var connectDataKey = []byte{0, 5, 0, 0x14, 0x7C, 0, 1}

// The fields of the request, which in RDP never differ (MS-RDPBCGR 3.2.5.3.3
// and 4.1.3).
var (
	requestChoice = []byte{0x00, 0x08}       // conferenceCreateRequest; of the optional fields only userData
	userDataSet   = []byte{0x01, 0xC0, 0x00} // one set, with a value, under an H.221 key of 0 + 4 bytes
	clientKey     = []byte("Duca")           // client to server
)

// AppendConferenceCreateRequest appends a request around userData, the client's
// blocks. A message longer than MaxRequestSize is a *wire.MisuseError.
func AppendConferenceCreateRequest(dst, userData []byte) ([]byte, error) {
	pdu := append([]byte{}, requestChoice...)
	pdu = append(pdu, 0x00, 0x10) // conferenceName: 0 + 1 digits, "1"; three flags, all false
	pdu = append(pdu, 0x00)       // terminationMethod: automatic
	pdu = append(append(pdu, userDataSet...), clientKey...)
	pdu = appendLength(pdu, len(userData))
	size := len(connectDataKey) + 2 + len(pdu) + len(userData)
	if size > MaxRequestSize {
		return dst, wire.Misuse(requestName, "%d bytes, limit is %d", size, MaxRequestSize)
	}
	dst = append(dst, connectDataKey...)
	dst = appendLength(dst, len(pdu)+len(userData))
	return append(append(dst, pdu...), userData...), nil
}

// ParseConferenceCreateRequest reads a whole message and returns its user data.
// The conference name and the flags next to it have no meaning and are skipped;
// all lengths must fit the bytes received (MS-RDPBCGR 3.3.5.3.3).
func ParseConferenceCreateRequest(b []byte) (userData []byte, err error) {
	r := wire.NewReader(requestName, b)
	if len(b) > MaxRequestSize {
		r.Failf("size", "%d bytes, limit is %d", len(b), MaxRequestSize)
	}
	expect(r, "key", connectDataKey)
	// IronRDP's web client 0.7.0 announces two bytes fewer than it sends
	// (confirmed). What counts is that nothing is announced that is not there; the
	// length of the user data, below, must be right.
	if n := readLength(r, "connectPDU"); n > r.Len() {
		r.Failf("connectPDU", "announces %d bytes, got %d", n, r.Len())
	}
	expect(r, "connectPDU", requestChoice)
	// A name of n + 1 digits fills half as many bytes, and the flags and the
	// termination method after it end in the next one (T.124 section 8.7).
	digits := int(r.U8("conferenceName")) + 1
	r.Bytes("conferenceName", (digits+1)/2)
	r.Bytes("terminationMethod", 1)
	expect(r, "userData", userDataSet)
	expect(r, "h221NonStandard", clientKey)
	return readUserData(r)
}

// readUserData reads the value of the only set, which ends the message.
func readUserData(r *wire.Reader) ([]byte, error) {
	if n := readLength(r, "userData"); n != r.Len() {
		r.Failf("userData", "announces %d bytes, got %d", n, r.Len())
	}
	userData := r.Rest()
	return userData, r.Err()
}
