package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// AppendBitmap appends a frame that draws tile at that place of the desktop, on
// the path that the client reads and at its depth. A tile is at most
// update.MaxTileWidth by update.MaxTileHeight pixels. Nothing is allocated if dst
// has room.
func (s *Server) AppendBitmap(dst []byte, at image.Point, tile bitmap.Pixels) ([]byte, error) {
	if !s.Active() {
		return dst, wire.Misuse("connect.Server", "an update outside an active session")
	}
	l := layersPool.Get().(*layers)
	defer layersPool.Put(l)
	var err error
	if l.body, err = update.AppendBitmapUpdate(l.body[:0], at, tile, s.facts.Depth, !s.facts.NoBitmapHeader); err != nil {
		return dst, err
	}
	if s.facts.FastPath {
		return fastpath.AppendOutput(dst, fastpath.UpdateBitmap, l.body)
	}
	if l.share, err = share.AppendData(l.share[:0], serverUser, s.shareID, share.DataUpdate, l.body); err != nil {
		return dst, err
	}
	if l.mcs, err = mcs.AppendSendDataIndication(l.mcs[:0], mcs.SendData{Initiator: serverUser, ChannelID: ioChannel, UserData: l.share}); err != nil {
		return dst, err
	}
	return x224.AppendData(dst, l.mcs)
}
