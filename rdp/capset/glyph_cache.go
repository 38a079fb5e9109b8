package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The values of GlyphCache.GlyphSupportLevel (MS-RDPBCGR 2.2.7.1.8).
const (
	GlyphSupportNone    = 0x0000
	GlyphSupportPartial = 0x0001
	GlyphSupportFull    = 0x0002
	GlyphSupportEncode  = 0x0003
)

// CacheDefinition is TS_CACHE_DEFINITION (MS-RDPBCGR 2.2.7.1.8.1).
type CacheDefinition struct {
	CacheEntries         uint16 // at most 254
	CacheMaximumCellSize uint16 // bytes
}

// GlyphCache is TS_GLYPHCACHE_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.8).
type GlyphCache struct {
	GlyphCache        [10]CacheDefinition
	FragCache         CacheDefinition
	GlyphSupportLevel uint16
}

func (*GlyphCache) name() string { return "TS_GLYPHCACHE_CAPABILITYSET" }

func (m *GlyphCache) read(r *wire.Reader) {
	for i := range m.GlyphCache {
		m.GlyphCache[i] = readCacheDefinition(r, "GlyphCache")
	}
	m.FragCache = readCacheDefinition(r, "FragCache")
	m.GlyphSupportLevel = r.U16LE("GlyphSupportLevel")
	r.Bytes("pad2octets", 2)
}

func readCacheDefinition(r *wire.Reader, field string) CacheDefinition {
	return CacheDefinition{CacheEntries: r.U16LE(field), CacheMaximumCellSize: r.U16LE(field)}
}

func (m *GlyphCache) appendTo(dst []byte) ([]byte, error) {
	for _, c := range append(m.GlyphCache[:], m.FragCache) {
		dst = appendU16s(dst, c.CacheEntries, c.CacheMaximumCellSize)
	}
	return appendU16s(dst, m.GlyphSupportLevel, 0), nil
}

// The values of Brush.BrushSupportLevel (MS-RDPBCGR 2.2.7.1.7).
const (
	BrushDefault   = 0
	BrushColor8x8  = 1
	BrushColorFull = 2
)

// Brush is TS_BRUSH_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.7).
type Brush struct {
	BrushSupportLevel uint32
}

func (*Brush) name() string { return "TS_BRUSH_CAPABILITYSET" }

func (m *Brush) read(r *wire.Reader) { m.BrushSupportLevel = r.U32LE("brushSupportLevel") }

func (m *Brush) appendTo(dst []byte) ([]byte, error) {
	return binary.LittleEndian.AppendUint32(dst, m.BrushSupportLevel), nil
}

// OffscreenCache is TS_OFFSCREEN_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.9).
type OffscreenCache struct {
	OffscreenSupportLevel uint32 // 1: supported
	OffscreenCacheSize    uint16 // kilobytes
	OffscreenCacheEntries uint16
}

func (*OffscreenCache) name() string { return "TS_OFFSCREEN_CAPABILITYSET" }

func (m *OffscreenCache) read(r *wire.Reader) {
	m.OffscreenSupportLevel = r.U32LE("offscreenSupportLevel")
	m.OffscreenCacheSize = r.U16LE("offscreenCacheSize")
	m.OffscreenCacheEntries = r.U16LE("offscreenCacheEntries")
}

func (m *OffscreenCache) appendTo(dst []byte) ([]byte, error) {
	dst = binary.LittleEndian.AppendUint32(dst, m.OffscreenSupportLevel)
	return appendU16s(dst, m.OffscreenCacheSize, m.OffscreenCacheEntries), nil
}
