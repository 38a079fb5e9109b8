package capset

import "github.com/fumidai/fumidai/rdp/wire"

// Share is TS_SHARE_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.4).
type Share struct {
	NodeID uint16 // a server's: its MCS channel; a client's: 0
}

func (*Share) name() string { return "TS_SHARE_CAPABILITYSET" }

func (m *Share) read(r *wire.Reader) {
	m.NodeID = r.U16LE("nodeId")
	r.Bytes("pad2octets", 2)
}

func (m *Share) appendTo(dst []byte) ([]byte, error) { return appendU16s(dst, m.NodeID, 0), nil }

// ColorCache is TS_COLORTABLE_CAPABILITYSET (MS-RDPEGDI 2.2.1.1).
type ColorCache struct {
	CacheSize uint16 // colorTableCacheSize, always 6
}

func (*ColorCache) name() string { return "TS_COLORTABLE_CAPABILITYSET" }

func (m *ColorCache) read(r *wire.Reader) {
	m.CacheSize = r.U16LE("colorTableCacheSize")
	r.Bytes("pad2octets", 2)
}

func (m *ColorCache) appendTo(dst []byte) ([]byte, error) {
	return appendU16s(dst, m.CacheSize, 0), nil
}
