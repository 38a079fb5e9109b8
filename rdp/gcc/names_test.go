package gcc

import "testing"

func TestVersionString(t *testing.T) {
	for v, want := range map[Version]string{
		Version4: "4.0", Version5: "5.0-8.1", Version10: "10.0", 0x0008000C: "10.7", 0x00080011: "10.12",
		0x00080012: "0x00080012", 0x00080002: "0x00080002", 0: "0x00000000",
	} {
		if v.String() != want {
			t.Errorf("%#x: %q, want %q", uint32(v), v.String(), want)
		}
	}
}

func TestEncryptionMethodString(t *testing.T) {
	for m, want := range map[EncryptionMethod]string{
		EncryptionNone: "NONE", Encryption40Bit: "40BIT", Encryption128Bit: "128BIT", Encryption56Bit: "56BIT",
		EncryptionFIPS: "FIPS", 0x1B: "40BIT|128BIT|56BIT|FIPS", 0x04: "0x4", 0x24: "0x24", 0x22: "128BIT|0x20",
	} {
		if m.String() != want {
			t.Errorf("%#x: %q, want %q", uint32(m), m.String(), want)
		}
	}
}

func TestEncryptionLevelString(t *testing.T) {
	for l, want := range map[EncryptionLevel]string{
		LevelNone: "NONE", LevelLow: "LOW", LevelClientCompatible: "CLIENT_COMPATIBLE", LevelHigh: "HIGH",
		LevelFIPS: "FIPS", 5: "EncryptionLevel(5)",
	} {
		if l.String() != want {
			t.Errorf("%d: %q, want %q", uint32(l), l.String(), want)
		}
	}
}
