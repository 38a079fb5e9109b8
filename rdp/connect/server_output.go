package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/wire"
)

// AppendBitmap appends a frame that draws tile at that place of the desktop, on
// the path that the client reads and at its depth. A tile is at most
// update.MaxTileWidth by update.MaxTileHeight pixels. Nothing is allocated if dst
// has room and the client reads the fast path.
func (s *Server) AppendBitmap(dst []byte, at image.Point, tile bitmap.Pixels) ([]byte, error) {
	if !s.Active() {
		return dst, wire.Misuse("connect.Server", "an update outside an active session")
	}
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	body, err := update.AppendBitmapUpdate((*scratch)[:0], at, tile, s.facts.Depth, !s.facts.NoBitmapHeader)
	if err != nil {
		return dst, err
	}
	*scratch = body
	if s.facts.FastPath {
		return fastpath.AppendOutput(dst, fastpath.UpdateBitmap, body)
	}
	pdu, err := share.AppendData(nil, serverUser, s.shareID, share.DataUpdate, body)
	if err != nil {
		return dst, err
	}
	return appendIndication(dst, ioChannel, pdu)
}
