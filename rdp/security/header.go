package security

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Flags are the flags of a TS_SECURITY_HEADER. Most of them say which message
// follows.
type Flags uint16

// The flags of MS-RDPBCGR 2.2.8.1.1.2.1. Three of them end in Flag, because the
// message that they announce has the name.
const (
	Exchange               Flags = 0x0001 // SEC_EXCHANGE_PKT
	TransportRequest       Flags = 0x0002 // SEC_TRANSPORT_REQ
	TransportResponse      Flags = 0x0004 // SEC_TRANSPORT_RSP
	Encrypt                Flags = 0x0008 // SEC_ENCRYPT: never with TLS or CredSSP
	ResetSeqno             Flags = 0x0010 // SEC_RESET_SEQNO
	IgnoreSeqno            Flags = 0x0020 // SEC_IGNORE_SEQNO
	Info                   Flags = 0x0040 // SEC_INFO_PKT
	License                Flags = 0x0080 // SEC_LICENSE_PKT
	LicenseEncrypt         Flags = 0x0200 // SEC_LICENSE_ENCRYPT_CS and _SC
	RedirectionPacket      Flags = 0x0400 // SEC_REDIRECTION_PKT
	SecureChecksum         Flags = 0x0800 // SEC_SECURE_CHECKSUM
	AutoDetectRequestFlag  Flags = 0x1000 // SEC_AUTODETECT_REQ
	AutoDetectResponseFlag Flags = 0x2000 // SEC_AUTODETECT_RSP
	HeartbeatFlag          Flags = 0x4000 // SEC_HEARTBEAT
	HighValid              Flags = 0x8000 // SEC_FLAGSHI_VALID
)

// String names the flags as the specification does, as in "LICENSE_PKT"; none at
// all is "0" and unknown bits are a number.
func (f Flags) String() string {
	if f == 0 {
		return "0"
	}
	var set []string
	for _, known := range []struct {
		bit  Flags
		name string
	}{
		{Exchange, "EXCHANGE_PKT"},
		{TransportRequest, "TRANSPORT_REQ"},
		{TransportResponse, "TRANSPORT_RSP"},
		{Encrypt, "ENCRYPT"},
		{ResetSeqno, "RESET_SEQNO"},
		{IgnoreSeqno, "IGNORE_SEQNO"},
		{Info, "INFO_PKT"},
		{License, "LICENSE_PKT"},
		{LicenseEncrypt, "LICENSE_ENCRYPT"},
		{RedirectionPacket, "REDIRECTION_PKT"},
		{SecureChecksum, "SECURE_CHECKSUM"},
		{AutoDetectRequestFlag, "AUTODETECT_REQ"},
		{AutoDetectResponseFlag, "AUTODETECT_RSP"},
		{HeartbeatFlag, "HEARTBEAT"},
		{HighValid, "FLAGSHI_VALID"},
	} {
		if f&known.bit != 0 {
			set = append(set, known.name)
			f &^= known.bit
		}
	}
	if f != 0 {
		set = append(set, fmt.Sprintf("%#x", uint16(f)))
	}
	return strings.Join(set, "|")
}

// HeaderSize is the length of a TS_SECURITY_HEADER, in bytes.
const HeaderSize = 4

// ParseHeader takes a TS_SECURITY_HEADER off b: 2 bytes flags and 2 bytes
// flagsHi, little endian. flagsHi is dropped: it counts only with HighValid,
// nothing is defined for it, and older xrdp left a length there. Whether the flags
// fit the moment, above all that Encrypt is not set, is the caller's check.
func ParseHeader(b []byte) (flags Flags, body []byte, err error) {
	r := wire.NewReader("TS_SECURITY_HEADER", b)
	flags = Flags(r.U16LE("flags"))
	r.U16LE("flagsHi")
	body = r.Rest()
	if err := r.Err(); err != nil {
		return 0, nil, err
	}
	return flags, body, nil
}

// AppendHeader appends a TS_SECURITY_HEADER with flagsHi 0.
func AppendHeader(dst []byte, flags Flags) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(flags))
	return append(dst, 0, 0)
}
