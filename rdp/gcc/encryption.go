package gcc

import (
	"fmt"
	"strings"
)

// EncryptionMethod is a set of methods of Standard RDP Security in a client's
// block, one of them in a server's (MS-RDPBCGR 2.2.1.3.3 and 2.2.1.4.3).
type EncryptionMethod uint32

// The encryption methods. With TLS or CredSSP a server answers EncryptionNone.
const (
	EncryptionNone   EncryptionMethod = 0x00
	Encryption40Bit  EncryptionMethod = 0x01 // RC4
	Encryption128Bit EncryptionMethod = 0x02 // RC4
	Encryption56Bit  EncryptionMethod = 0x08 // RC4
	EncryptionFIPS   EncryptionMethod = 0x10 // Triple DES, FIPS 140-1
)

// String names the methods of the set, as in "40BIT|128BIT"; the empty set is
// "NONE" and unknown bits are a number.
func (m EncryptionMethod) String() string {
	if m == EncryptionNone {
		return "NONE"
	}
	var set []string
	for _, known := range []struct {
		bit  EncryptionMethod
		name string
	}{
		{Encryption40Bit, "40BIT"},
		{Encryption128Bit, "128BIT"},
		{Encryption56Bit, "56BIT"},
		{EncryptionFIPS, "FIPS"},
	} {
		if m&known.bit != 0 {
			set = append(set, known.name)
			m &^= known.bit
		}
	}
	if m != 0 {
		set = append(set, fmt.Sprintf("%#x", uint32(m)))
	}
	return strings.Join(set, "|")
}

// EncryptionLevel says which messages are encrypted and how strong (MS-RDPBCGR
// 2.2.1.4.3 and 5.3.1).
type EncryptionLevel uint32

// The encryption levels.
const (
	LevelNone             EncryptionLevel = 0
	LevelLow              EncryptionLevel = 1 // client to server only
	LevelClientCompatible EncryptionLevel = 2
	LevelHigh             EncryptionLevel = 3
	LevelFIPS             EncryptionLevel = 4
)

// String is the name in the specification, or a number.
func (l EncryptionLevel) String() string {
	switch l {
	case LevelNone:
		return "NONE"
	case LevelLow:
		return "LOW"
	case LevelClientCompatible:
		return "CLIENT_COMPATIBLE"
	case LevelHigh:
		return "HIGH"
	case LevelFIPS:
		return "FIPS"
	}
	return fmt.Sprintf("EncryptionLevel(%d)", uint32(l))
}
