package main

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	woffHeaderSize  = 44
	woffEntrySize   = 20
	maxTable        = 64 << 20 // bytes; the whole Japanese slice has less than two million
	sfntHeaderSize  = 12
	sfntEntrySize   = 16
	signatureOfWOFF = "wOFF"
)

// unpackWOFF turns a WOFF 1 file into the font file it was made of: the same
// tables, each of them compressed by itself (W3C WOFF 1.0, sections 3 to 5).
func unpackWOFF(b []byte) ([]byte, error) {
	if len(b) < woffHeaderSize || string(b[:4]) != signatureOfWOFF {
		return nil, errors.New("not a WOFF 1 file")
	}
	count := int(binary.BigEndian.Uint16(b[12:]))
	if len(b) < woffHeaderSize+count*woffEntrySize {
		return nil, errors.New("table directory cut off")
	}
	type table struct {
		tag, checksum uint32
		data          []byte
	}
	tables := make([]table, 0, count)
	for i := range count {
		e := b[woffHeaderSize+i*woffEntrySize:]
		data, err := unpackTable(b, binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:]))
		if err != nil {
			return nil, fmt.Errorf("table %q: %w", e[:4], err)
		}
		tables = append(tables, table{binary.BigEndian.Uint32(e), binary.BigEndian.Uint32(e[16:]), data})
	}
	slices.SortFunc(tables, func(x, y table) int { return cmp.Compare(x.tag, y.tag) })

	out := append(make([]byte, 0, 1<<20), b[4:8]...) // the flavour
	out = binary.BigEndian.AppendUint16(out, uint16(count))
	out = append(out, make([]byte, 6)...) // hints for a binary search, which nobody needs
	offset := sfntHeaderSize + count*sfntEntrySize
	for _, t := range tables {
		out = binary.BigEndian.AppendUint32(out, t.tag)
		out = binary.BigEndian.AppendUint32(out, t.checksum)
		out = binary.BigEndian.AppendUint32(out, uint32(offset))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
		offset += aligned(len(t.data))
	}
	for _, t := range tables {
		out = append(out, t.data...)
		out = append(out, make([]byte, aligned(len(t.data))-len(t.data))...)
	}
	return out, nil
}

// unpackTable inflates one table. One that compression would not have made
// shorter stands there as it is.
func unpackTable(b []byte, offset, packed, unpacked uint32) ([]byte, error) {
	if uint64(offset)+uint64(packed) > uint64(len(b)) || packed > unpacked || unpacked > maxTable {
		return nil, fmt.Errorf("%d bytes at %d, %d unpacked", packed, offset, unpacked)
	}
	data := b[offset:][:packed]
	if packed == unpacked {
		return data, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out := make([]byte, unpacked)
	if _, err := io.ReadFull(z, out); err != nil {
		return nil, err
	}
	return out, nil
}

func aligned(n int) int { return (n + 3) &^ 3 }
