package gcc

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// BlockType is the type in the header of a settings block.
type BlockType uint16

// The block types of MS-RDPBCGR 2.2.1.3.1.
const (
	BlockClientCore           BlockType = 0xC001 // CS_CORE
	BlockClientSecurity       BlockType = 0xC002 // CS_SECURITY
	BlockClientNetwork        BlockType = 0xC003 // CS_NET
	BlockClientCluster        BlockType = 0xC004 // CS_CLUSTER
	BlockClientMonitor        BlockType = 0xC005 // CS_MONITOR
	BlockClientMessageChannel BlockType = 0xC006 // CS_MCS_MSGCHANNEL
	BlockClientMonitorEx      BlockType = 0xC008 // CS_MONITOR_EX
	BlockClientMultitransport BlockType = 0xC00A // CS_MULTITRANSPORT
	BlockServerCore           BlockType = 0x0C01 // SC_CORE
	BlockServerSecurity       BlockType = 0x0C02 // SC_SECURITY
	BlockServerNetwork        BlockType = 0x0C03 // SC_NET
	BlockServerMessageChannel BlockType = 0x0C04 // SC_MCS_MSGCHANNEL
	BlockServerMultitransport BlockType = 0x0C08 // SC_MULTITRANSPORT
)

// Block is one settings block as it is: TS_UD_HEADER of 2 bytes type and 2
// bytes length, little endian, and Data (MS-RDPBCGR 2.2.1.3.1).
type Block struct {
	Type BlockType
	Data []byte // without the header
}

const (
	headerName      = "TS_UD_HEADER"
	blockHeaderSize = 4
)

// MaxBlockData is the longest Data of a block, in bytes.
const MaxBlockData = 0xFFFF - blockHeaderSize

// AppendBlock appends a block with its header. Data longer than MaxBlockData is
// a *wire.MisuseError.
func AppendBlock(dst []byte, b Block) ([]byte, error) {
	if len(b.Data) > MaxBlockData {
		return dst, wire.Misuse(headerName, "block %#04x of %d bytes", uint16(b.Type), len(b.Data))
	}
	dst = binary.LittleEndian.AppendUint16(dst, uint16(b.Type))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(blockHeaderSize+len(b.Data)))
	return append(dst, b.Data...), nil
}

// ParseBlocks splits user data into its blocks, in their order. A length that is
// smaller than the header is an error: it counts the header, and a reader that
// went on would never get to the end.
func ParseBlocks(userData []byte) ([]Block, error) {
	r := wire.NewReader(headerName, userData)
	var blocks []Block
	for r.Len() > 0 {
		b := Block{Type: BlockType(r.U16LE("type"))}
		length := int(r.U16LE("length"))
		if length < blockHeaderSize {
			r.Failf("length", "block %#04x announces %d bytes", uint16(b.Type), length)
		}
		b.Data = r.Bytes("data", length-blockHeaderSize)
		blocks = append(blocks, b)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return blocks, nil
}

// parseDistinctBlocks is ParseBlocks for readers that expect each type once: with
// two of a type, two readers could disagree about which of them counts.
func parseDistinctBlocks(userData []byte) ([]Block, error) {
	blocks, err := ParseBlocks(userData)
	if err != nil {
		return nil, err
	}
	if typ, twice := duplicate(blocks); twice {
		return nil, &wire.Error{Struct: headerName, Field: "type", Reason: fmt.Sprintf("block %#04x comes twice", uint16(typ))}
	}
	return blocks, nil
}

// blockList gathers the blocks of one end. The first that cannot be written counts.
type blockList struct {
	blocks []Block
	err    error
}

func (l *blockList) add(b Block, err error) {
	if l.err == nil {
		l.blocks, l.err = append(l.blocks, b), err
	}
}

func (l *blockList) appendTo(dst []byte) ([]byte, error) {
	if l.err != nil {
		return dst, l.err
	}
	return appendDistinctBlocks(dst, l.blocks)
}

func appendDistinctBlocks(dst []byte, blocks []Block) ([]byte, error) {
	if typ, twice := duplicate(blocks); twice {
		return dst, wire.Misuse(headerName, "block %#04x comes twice", uint16(typ))
	}
	out := dst
	for _, b := range blocks {
		var err error
		if out, err = AppendBlock(out, b); err != nil {
			return dst, err
		}
	}
	return out, nil
}

func duplicate(blocks []Block) (typ BlockType, twice bool) {
	seen := make(map[BlockType]bool)
	for _, b := range blocks {
		if seen[b.Type] {
			return b.Type, true
		}
		seen[b.Type] = true
	}
	return 0, false
}
