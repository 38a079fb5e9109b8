package capset

import "github.com/fumidai/fumidai/rdp/wire"

// SoundBeeps is SOUND_BEEPS_FLAG: the client plays what the Play Sound PDU asks.
const SoundBeeps = 0x0001

// Sound is TS_SOUND_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.11).
type Sound struct {
	SoundFlags uint16
}

func (*Sound) name() string { return "TS_SOUND_CAPABILITYSET" }

func (m *Sound) read(r *wire.Reader) {
	m.SoundFlags = r.U16LE("soundFlags")
	r.Bytes("pad2octetsA", 2)
}

func (m *Sound) appendTo(dst []byte) ([]byte, error) { return appendU16s(dst, m.SoundFlags, 0), nil }

// FontSupportFontList is FONTSUPPORT_FONTLIST: the Font List PDU is supported.
const FontSupportFontList = 0x0001

// Font is TS_FONT_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.5). Old servers send it
// without content: 0.
type Font struct {
	FontSupportFlags uint16
}

func (*Font) name() string { return "TS_FONT_CAPABILITYSET" }

func (m *Font) read(r *wire.Reader) {
	if r.Len() == 0 {
		return
	}
	m.FontSupportFlags = r.U16LE("fontSupportFlags")
	if r.Len() > 0 {
		r.Bytes("pad2octets", 2)
	}
}

func (m *Font) appendTo(dst []byte) ([]byte, error) {
	return appendU16s(dst, m.FontSupportFlags, 0), nil
}
