package capset

import "github.com/fumidai/fumidai/rdp/wire"

// Pointer is TS_POINTER_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.5). PointerCacheSize may
// be missing, which says the same as 0: no New Pointer Update.
type Pointer struct {
	ColorPointerFlag      uint16 // colors; always assumed to be 1
	ColorPointerCacheSize uint16 // entries
	PointerCacheSize      uint16 // entries, for pointers of any color depth
}

func (*Pointer) name() string { return "TS_POINTER_CAPABILITYSET" }

func (m *Pointer) read(r *wire.Reader) {
	m.ColorPointerFlag = r.U16LE("colorPointerFlag")
	m.ColorPointerCacheSize = r.U16LE("colorPointerCacheSize")
	if r.Len() > 0 {
		m.PointerCacheSize = r.U16LE("pointerCacheSize")
	}
}

func (m *Pointer) appendTo(dst []byte) ([]byte, error) {
	return appendU16s(dst, m.ColorPointerFlag, m.ColorPointerCacheSize, m.PointerCacheSize), nil
}

// The flags of LargePointer.Flags (MS-RDPBCGR 2.2.7.2.7).
const (
	LargePointer96x96   = 0x0001 // LARGE_POINTER_FLAG_96x96
	LargePointer384x384 = 0x0002 // LARGE_POINTER_FLAG_384x384
)

// LargePointer is TS_LARGE_POINTER_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.7).
type LargePointer struct {
	Flags uint16 // largePointerSupportFlags
}

func (*LargePointer) name() string { return "TS_LARGE_POINTER_CAPABILITYSET" }

func (m *LargePointer) read(r *wire.Reader) { m.Flags = r.U16LE("largePointerSupportFlags") }

func (m *LargePointer) appendTo(dst []byte) ([]byte, error) { return appendU16s(dst, m.Flags), nil }
