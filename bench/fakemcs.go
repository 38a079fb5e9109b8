package main

import (
	"bytes"
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/x224"
)

// The encryption methods of MS-RDPBCGR 2.2.1.4.3.
const (
	encryption40Bit  = 0x01
	encryption128Bit = 0x02
	encryption56Bit  = 0x08
	encryptionFIPS   = 0x10
)

// strongest is the method that a server takes from those in a Connect Initial,
// 0 if there are none. It looks for TS_UD_CS_SEC (MS-RDPBCGR 2.2.1.3.3) by its
// header: type 0xC002, 12 bytes.
func strongest(initial []byte) uint32 {
	_, block, _ := bytes.Cut(initial, []byte{0x02, 0xC0, 12, 0})
	if len(block) < 4 {
		return 0
	}
	offered := binary.LittleEndian.Uint32(block)
	for _, method := range []uint32{encryption128Bit, encryption56Bit, encryption40Bit, encryptionFIPS} {
		if offered&method != 0 {
			return method
		}
	}
	return 0
}

// connectResponse is an MCS Connect Response (MS-RDPBCGR 2.2.1.4) in its frame.
// It has no certificate and no channel but the first: a scanner goes no further.
func connectResponse(requested x224.Protocol, method uint32) []byte {
	u32 := binary.LittleEndian.AppendUint32
	core := u32(u32([]byte{0x01, 0x0C, 12, 0}, 0x00080005), uint32(requested)) // RDP 10.0
	network := []byte{0x03, 0x0C, 8, 0, 0xEB, 0x03, 0, 0}                      // the I/O channel, 1003
	security := u32(u32([]byte{0x02, 0x0C, 12, 0}, 0), 0)
	if method != 0 {
		security = u32(u32([]byte{0x02, 0x0C, 12 + 8 + 32, 0}, method), 2) // Client Compatible
		security = append(u32(u32(security, 32), 0), make([]byte, 32)...)  // the server's random, no certificate
	}
	blocks := bytes.Join([][]byte{core, network, security}, nil)
	conference := []byte{0, 5, 0, 0x14, 0x7C, 0, 1, 0x2A, 0x14, 0x76, 0x0A, 1, 1, 0, 1, 0xC0, 0, 'M', 'c', 'D', 'n', byte(len(blocks))}
	conference = append(conference, blocks...)
	parameters := []byte{2, 1, 34, 2, 1, 3, 2, 1, 0, 2, 1, 1, 2, 1, 0, 2, 1, 1, 2, 3, 0, 0xFF, 0xF8, 2, 1, 2} // MS-RDPBCGR 4.1.4
	body := append([]byte{0x0A, 1, 0, 2, 1, 0, 0x30, byte(len(parameters))}, parameters...)
	body = append(append(body, 0x04, byte(len(conference))), conference...)
	mcs := append([]byte{0x7F, 0x66, 0x82, 0, byte(len(body))}, body...)
	return append([]byte{3, 0, 0, byte(4 + 3 + len(mcs)), 2, 0xF0, 0x80}, mcs...)
}
