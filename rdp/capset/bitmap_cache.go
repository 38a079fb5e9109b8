package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// BitmapCache is TS_BITMAPCACHE_CAPABILITYSET, revision 1 (MS-RDPBCGR
// 2.2.7.1.4.1).
type BitmapCache struct {
	Cache0Entries         uint16 // at most 200
	Cache0MaximumCellSize uint16 // bytes
	Cache1Entries         uint16 // at most 600
	Cache1MaximumCellSize uint16 // bytes
	Cache2Entries         uint16
	Cache2MaximumCellSize uint16 // bytes
}

func (*BitmapCache) name() string { return "TS_BITMAPCACHE_CAPABILITYSET" }

func (m *BitmapCache) read(r *wire.Reader) {
	r.Bytes("pad1 to pad6", 24)
	m.Cache0Entries = r.U16LE("Cache0Entries")
	m.Cache0MaximumCellSize = r.U16LE("Cache0MaximumCellSize")
	m.Cache1Entries = r.U16LE("Cache1Entries")
	m.Cache1MaximumCellSize = r.U16LE("Cache1MaximumCellSize")
	m.Cache2Entries = r.U16LE("Cache2Entries")
	m.Cache2MaximumCellSize = r.U16LE("Cache2MaximumCellSize")
}

func (m *BitmapCache) appendTo(dst []byte) ([]byte, error) {
	dst = append(dst, make([]byte, 24)...)
	return appendU16s(dst, m.Cache0Entries, m.Cache0MaximumCellSize, m.Cache1Entries,
		m.Cache1MaximumCellSize, m.Cache2Entries, m.Cache2MaximumCellSize), nil
}

// The flags of BitmapCacheRev2.CacheFlags (MS-RDPBCGR 2.2.7.1.4.2).
const (
	PersistentKeysExpected = 0x0001
	AllowCacheWaitingList  = 0x0002
)

// BitmapCacheRev2 is TS_BITMAPCACHE_CAPABILITYSET_REV2 (MS-RDPBCGR 2.2.7.1.4.2).
type BitmapCacheRev2 struct {
	CacheFlags    uint16
	NumCellCaches uint8     // at most 5
	CellInfo      [5]uint32 // bit 31: persistent; bits 0 to 30: entries
}

func (*BitmapCacheRev2) name() string { return "TS_BITMAPCACHE_CAPABILITYSET_REV2" }

func (m *BitmapCacheRev2) read(r *wire.Reader) {
	m.CacheFlags = r.U16LE("CacheFlags")
	r.Bytes("pad2", 1)
	m.NumCellCaches = r.U8("NumCellCaches")
	for i := range m.CellInfo {
		m.CellInfo[i] = r.U32LE("BitmapCacheCellInfo")
	}
	r.Bytes("Pad3", 12)
}

func (m *BitmapCacheRev2) appendTo(dst []byte) ([]byte, error) {
	dst = appendU16s(dst, m.CacheFlags)
	dst = append(dst, 0, m.NumCellCaches)
	for _, info := range m.CellInfo {
		dst = binary.LittleEndian.AppendUint32(dst, info)
	}
	return append(dst, make([]byte, 12)...), nil
}

// BitmapCacheHostSupport is TS_BITMAPCACHE_HOSTSUPPORT_CAPABILITYSET, with which
// a server says that it can do revision 2 (MS-RDPBCGR 2.2.7.2.1).
type BitmapCacheHostSupport struct {
	CacheVersion uint8 // always 1
}

func (*BitmapCacheHostSupport) name() string { return "TS_BITMAPCACHE_HOSTSUPPORT_CAPABILITYSET" }

func (m *BitmapCacheHostSupport) read(r *wire.Reader) {
	m.CacheVersion = r.U8("cacheVersion")
	r.Bytes("pad1 and pad2", 3)
}

func (m *BitmapCacheHostSupport) appendTo(dst []byte) ([]byte, error) {
	return append(dst, m.CacheVersion, 0, 0, 0), nil
}
