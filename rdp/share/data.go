package share

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// DataType is the pduType2 of a Share Data Header.
type DataType uint8

// The types of MS-RDPBCGR 2.2.8.1.1.1.2.
const (
	DataUpdate                    DataType = 2  // PDUTYPE2_UPDATE
	DataControl                   DataType = 20 // PDUTYPE2_CONTROL
	DataPointer                   DataType = 27 // PDUTYPE2_POINTER
	DataInput                     DataType = 28 // PDUTYPE2_INPUT
	DataSynchronize               DataType = 31 // PDUTYPE2_SYNCHRONIZE
	DataRefreshRect               DataType = 33 // PDUTYPE2_REFRESH_RECT
	DataPlaySound                 DataType = 34 // PDUTYPE2_PLAY_SOUND
	DataSuppressOutput            DataType = 35 // PDUTYPE2_SUPPRESS_OUTPUT
	DataShutdownRequest           DataType = 36 // PDUTYPE2_SHUTDOWN_REQUEST; its body is empty
	DataShutdownDenied            DataType = 37 // PDUTYPE2_SHUTDOWN_DENIED; its body is empty
	DataSaveSessionInfo           DataType = 38 // PDUTYPE2_SAVE_SESSION_INFO
	DataFontList                  DataType = 39 // PDUTYPE2_FONTLIST
	DataFontMap                   DataType = 40 // PDUTYPE2_FONTMAP
	DataSetKeyboardIndicators     DataType = 41 // PDUTYPE2_SET_KEYBOARD_INDICATORS
	DataBitmapCachePersistentList DataType = 43 // PDUTYPE2_BITMAPCACHE_PERSISTENT_LIST
	DataBitmapCacheError          DataType = 44 // PDUTYPE2_BITMAPCACHE_ERROR_PDU
	DataSetKeyboardIMEStatus      DataType = 45 // PDUTYPE2_SET_KEYBOARD_IME_STATUS
	DataOffscreenCacheError       DataType = 46 // PDUTYPE2_OFFSCRCACHE_ERROR_PDU
	DataSetErrorInfo              DataType = 47 // PDUTYPE2_SET_ERROR_INFO_PDU
	DataARCStatus                 DataType = 50 // PDUTYPE2_ARC_STATUS_PDU
	DataStatusInfo                DataType = 54 // PDUTYPE2_STATUS_INFO_PDU
	DataMonitorLayout             DataType = 55 // PDUTYPE2_MONITOR_LAYOUT_PDU
	DataFrameAcknowledge          DataType = 56 // PDUTYPE2_FRAME_ACKNOWLEDGE, of MS-RDPRFX
)

var dataNames = map[DataType]string{
	DataUpdate:                    "UPDATE",
	DataControl:                   "CONTROL",
	DataPointer:                   "POINTER",
	DataInput:                     "INPUT",
	DataSynchronize:               "SYNCHRONIZE",
	DataRefreshRect:               "REFRESH_RECT",
	DataPlaySound:                 "PLAY_SOUND",
	DataSuppressOutput:            "SUPPRESS_OUTPUT",
	DataShutdownRequest:           "SHUTDOWN_REQUEST",
	DataShutdownDenied:            "SHUTDOWN_DENIED",
	DataSaveSessionInfo:           "SAVE_SESSION_INFO",
	DataFontList:                  "FONTLIST",
	DataFontMap:                   "FONTMAP",
	DataSetKeyboardIndicators:     "SET_KEYBOARD_INDICATORS",
	DataBitmapCachePersistentList: "BITMAPCACHE_PERSISTENT_LIST",
	DataBitmapCacheError:          "BITMAPCACHE_ERROR_PDU",
	DataSetKeyboardIMEStatus:      "SET_KEYBOARD_IME_STATUS",
	DataOffscreenCacheError:       "OFFSCRCACHE_ERROR_PDU",
	DataSetErrorInfo:              "SET_ERROR_INFO_PDU",
	DataARCStatus:                 "ARC_STATUS_PDU",
	DataStatusInfo:                "STATUS_INFO_PDU",
	DataMonitorLayout:             "MONITOR_LAYOUT_PDU",
	DataFrameAcknowledge:          "FRAME_ACKNOWLEDGE",
}

// String is the name in the specification without PDUTYPE2, or a number.
func (t DataType) String() string {
	if name := dataNames[t]; name != "" {
		return name
	}
	return fmt.Sprintf("DataType(%d)", uint8(t))
}

// Data is a Data PDU: TS_SHAREDATAHEADER and what follows.
type Data struct {
	ShareID        uint32
	StreamID       uint8 // the priority; no receiver cares
	Type           DataType
	CompressedType uint8 // never with 0x20, see ParseData
	Body           []byte
}

const (
	dataName         = "TS_SHAREDATAHEADER"
	dataHeaderSize   = 12
	packetCompressed = 0x20 // PACKET_COMPRESSED of MS-RDPBCGR 3.1.8.2.1
	streamLow        = 1    // STREAM_LOW
	// uncompressedLength counts from pduType2 on, as clients of Windows and rdesktop
	// write it. FreeRDP counts the body, the server of MS-RDPBCGR 4.1.19 the PDU.
	countedHeader = 4
)

// MaxDataBody is the longest Body of a Data PDU, in bytes.
const MaxDataBody = MaxControlBody - dataHeaderSize

// ParseData reads the header of a Data PDU. A compressed body is an error, because
// this module never says that it could read one. The uncompressedLength is not
// looked at: real peers disagree on what it counts.
func ParseData(c Control) (Data, error) {
	r := wire.NewReader(dataName, c.Body)
	if c.Type != TypeData {
		r.Failf("pduType", "wants %v, got %v", TypeData, c.Type)
	}
	d := Data{ShareID: r.U32LE("shareId")}
	r.U8("pad1")
	d.StreamID = r.U8("streamId")
	r.U16LE("uncompressedLength")
	d.Type = DataType(r.U8("pduType2"))
	d.CompressedType = r.U8("compressedType")
	r.U16LE("compressedLength")
	if d.CompressedType&packetCompressed != 0 {
		r.Failf("compressedType", "%v is compressed", d.Type)
	}
	d.Body = r.Rest()
	if err := r.Err(); err != nil {
		return Data{}, err
	}
	return d, nil
}

// AppendData appends a Data PDU with its Share Control Header, not compressed, in
// the low stream. It does not allocate if dst has room. A body longer than
// MaxDataBody is a *wire.MisuseError.
func AppendData(dst []byte, source uint16, shareID uint32, t DataType, body []byte) ([]byte, error) {
	out, start := beginControl(dst, TypeData, source)
	out = binary.LittleEndian.AppendUint32(out, shareID)
	out = append(out, 0, streamLow)
	out = binary.LittleEndian.AppendUint16(out, uint16(countedHeader+len(body)))
	out = append(out, byte(t), 0, 0, 0)
	return endControl(dst, append(out, body...), start, TypeData)
}
