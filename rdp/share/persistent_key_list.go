package share

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The flags of PersistentKeyList.BitMask (MS-RDPBCGR 2.2.1.17.1).
const (
	PersistFirstPDU = 0x01 // PERSIST_FIRST_PDU
	PersistLastPDU  = 0x02 // PERSIST_LAST_PDU
)

// PersistentKeyList is TS_BITMAPCACHE_PERSISTENT_LIST_PDU, with which a client
// tells what bitmaps it has kept (MS-RDPBCGR 2.2.1.17.1).
type PersistentKeyList struct {
	NumEntries   [5]uint16 // keys in this PDU, by cache
	TotalEntries [5]uint16 // keys in all PDUs of the list, by cache
	BitMask      uint8
	Keys         []byte // KeySize bytes for each of NumEntries
}

// KeySize is the size of a key of PersistentKeyList, in bytes.
const KeySize = 8

// MaxPersistentKeys is the largest sum of TotalEntries (MS-RDPBCGR 2.2.1.17.1).
const MaxPersistentKeys = 262144

const persistentKeyListName = "TS_BITMAPCACHE_PERSISTENT_LIST_PDU"

// ParsePersistentKeyList reads the body of a Persistent Key List PDU.
func ParsePersistentKeyList(body []byte) (*PersistentKeyList, error) {
	r := wire.NewReader(persistentKeyListName, body)
	m := &PersistentKeyList{}
	for i := range m.NumEntries {
		m.NumEntries[i] = r.U16LE("numEntriesCache")
	}
	for i := range m.TotalEntries {
		m.TotalEntries[i] = r.U16LE("totalEntriesCache")
	}
	if total := sum(m.TotalEntries); total > MaxPersistentKeys {
		r.Failf("totalEntriesCache", "%d keys, limit is %d", total, MaxPersistentKeys)
	}
	m.BitMask = r.U8("bBitMask")
	r.Bytes("Pad2 and Pad3", 3)
	m.Keys = r.Bytes("entries", KeySize*sum(m.NumEntries))
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendPersistentKeyList appends the body of a Persistent Key List PDU. Keys that
// are not as many as NumEntries says and totals above MaxPersistentKeys are a
// *wire.MisuseError.
func AppendPersistentKeyList(dst []byte, m *PersistentKeyList) ([]byte, error) {
	if len(m.Keys) != KeySize*sum(m.NumEntries) {
		return dst, wire.Misuse(persistentKeyListName, "%d bytes for %d keys", len(m.Keys), sum(m.NumEntries))
	}
	if total := sum(m.TotalEntries); total > MaxPersistentKeys {
		return dst, wire.Misuse(persistentKeyListName, "%d keys, limit is %d", total, MaxPersistentKeys)
	}
	for _, n := range m.NumEntries {
		dst = binary.LittleEndian.AppendUint16(dst, n)
	}
	for _, n := range m.TotalEntries {
		dst = binary.LittleEndian.AppendUint16(dst, n)
	}
	dst = append(dst, m.BitMask, 0, 0, 0)
	return append(dst, m.Keys...), nil
}

func sum(counts [5]uint16) (total int) {
	for _, n := range counts {
		total += int(n)
	}
	return total
}
