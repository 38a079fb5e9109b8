package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Sets are the capability sets of one side, nil where it sent none.
type Sets struct {
	General                *General
	Bitmap                 *Bitmap
	Order                  *Order
	BitmapCache            *BitmapCache
	BitmapCacheRev2        *BitmapCacheRev2
	BitmapCacheHostSupport *BitmapCacheHostSupport
	Control                *Control
	Activation             *Activation
	Pointer                *Pointer
	Share                  *Share
	ColorCache             *ColorCache
	Sound                  *Sound
	Input                  *Input
	Font                   *Font
	Brush                  *Brush
	GlyphCache             *GlyphCache
	OffscreenCache         *OffscreenCache
	VirtualChannel         *VirtualChannel
	MultifragmentUpdate    *MultifragmentUpdate
	LargePointer           *LargePointer
	SurfaceCommands        *SurfaceCommands
	BitmapCodecs           *BitmapCodecs
	FrameAcknowledge       *FrameAcknowledge

	Others []Raw // sets of types without a field above, in their order, each type once
}

// Raw is one capability set as it is: TS_CAPS_SET of 2 bytes type, 2 bytes
// length and Data (MS-RDPBCGR 2.2.1.13.1.1.1).
type Raw struct {
	Type Type
	Data []byte // without the header
}

const (
	setName    = "TS_CAPS_SET"
	headerSize = 4
)

// MaxData is the longest Data of a set, in bytes.
const MaxData = 0xFFFF - headerSize

// MaxSize is the longest array of sets, in bytes: lengthCombinedCapabilities has
// two bytes, and counts the number of sets and two bytes of padding, too.
const MaxSize = 0xFFFF - 4

// fields lists what Sets has a field for, in the order in which Append writes
// them, which is the one of Windows as far as it matters to anybody: General
// comes first.
func (s *Sets) fields() [23]field {
	return [...]field{
		{TypeGeneral, set(&s.General)},
		{TypeBitmap, set(&s.Bitmap)},
		{TypeOrder, set(&s.Order)},
		{TypeBitmapCache, set(&s.BitmapCache)},
		{TypeBitmapCacheRev2, set(&s.BitmapCacheRev2)},
		{TypeBitmapCacheHostSupport, set(&s.BitmapCacheHostSupport)},
		{TypeColorCache, set(&s.ColorCache)},
		{TypeActivation, set(&s.Activation)},
		{TypeControl, set(&s.Control)},
		{TypePointer, set(&s.Pointer)},
		{TypeShare, set(&s.Share)},
		{TypeInput, set(&s.Input)},
		{TypeSound, set(&s.Sound)},
		{TypeFont, set(&s.Font)},
		{TypeGlyphCache, set(&s.GlyphCache)},
		{TypeBrush, set(&s.Brush)},
		{TypeOffscreenCache, set(&s.OffscreenCache)},
		{TypeVirtualChannel, set(&s.VirtualChannel)},
		{TypeMultifragmentUpdate, set(&s.MultifragmentUpdate)},
		{TypeLargePointer, set(&s.LargePointer)},
		{TypeSurfaceCommands, set(&s.SurfaceCommands)},
		{TypeBitmapCodecs, set(&s.BitmapCodecs)},
		{TypeFrameAcknowledge, set(&s.FrameAcknowledge)},
	}
}

// A field is one of the typed sets: how to fill it from Data, and how to write
// Data.
type field struct {
	typ Type
	set setter
}

type setter interface {
	parse(data []byte) error
	present() bool
	appendTo(dst []byte) ([]byte, error)
}

// A capability is what the struct of one set can do.
type capability[T any] interface {
	*T
	name() string
	read(r *wire.Reader)
	appendTo(dst []byte) ([]byte, error)
}

type slot[T any, P capability[T]] struct{ at *P }

func set[T any, P capability[T]](at *P) setter { return slot[T, P]{at} }

func (s slot[T, P]) present() bool { return *s.at != nil }

func (s slot[T, P]) parse(data []byte) error {
	p := P(new(T))
	r := wire.NewReader(p.name(), data)
	p.read(r)
	if err := r.Err(); err != nil {
		return err
	}
	*s.at = p
	return nil
}

func (s slot[T, P]) appendTo(dst []byte) ([]byte, error) { return (*s.at).appendTo(dst) }

// Parse reads count sets from b, the capabilitySets of a Demand Active or
// Confirm Active PDU, at most MaxSize bytes.
//
// A set may be longer than it is known here; what is added is ignored. Fields
// that say so may be missing at the end of a set. If a set comes twice, the last
// one counts. Bytes after the counted sets are ignored.
func Parse(b []byte, count int) (*Sets, error) {
	r := wire.NewReader(setName, b)
	if len(b) > MaxSize {
		r.Failf("capabilitySets", "%d bytes, limit is %d", len(b), MaxSize)
	}
	if count < 0 || count > len(b)/headerSize {
		r.Failf("numberCapabilities", "%d sets in %d bytes", count, len(b))
	}
	s := &Sets{}
	fields := s.fields()
	for range count {
		typ := Type(r.U16LE("capabilitySetType"))
		length := int(r.U16LE("lengthCapability"))
		if length < headerSize {
			r.Failf("lengthCapability", "%v announces %d bytes", typ, length)
		}
		data := r.Bytes("capabilityData", length-headerSize)
		if err := r.Err(); err != nil {
			return nil, err
		}
		if err := s.put(fields[:], typ, data); err != nil {
			return nil, err
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Sets) put(fields []field, typ Type, data []byte) error {
	for _, f := range fields {
		if f.typ == typ {
			return f.set.parse(data)
		}
	}
	for i := range s.Others {
		if s.Others[i].Type == typ {
			s.Others[i].Data = data
			return nil
		}
	}
	s.Others = append(s.Others, Raw{typ, data})
	return nil
}

// Append appends the sets that are not nil, then Others, and tells how many they
// are. Values that their fields on the wire cannot hold, a type in Others that
// has a field of its own or comes twice, and sets of more than MaxSize bytes are a
// *wire.MisuseError.
func Append(dst []byte, s *Sets) (out []byte, count int, err error) {
	out = dst
	fields := s.fields()
	for _, f := range fields {
		if !f.set.present() {
			continue
		}
		if out, err = appendSet(out, f.typ, f.set.appendTo); err != nil {
			return dst, 0, err
		}
		count++
	}
	for i, raw := range s.Others {
		if known(fields[:], raw.Type) || known(s.Others[:i], raw.Type) {
			return dst, 0, wire.Misuse(setName, "%v in Others", raw.Type)
		}
		out, err = appendSet(out, raw.Type, func(dst []byte) ([]byte, error) { return append(dst, raw.Data...), nil })
		if err != nil {
			return dst, 0, err
		}
		count++
	}
	if n := len(out) - len(dst); n > MaxSize {
		return dst, 0, wire.Misuse(setName, "%d bytes, limit is %d", n, MaxSize)
	}
	return out, count, nil
}

func appendSet(dst []byte, typ Type, data func([]byte) ([]byte, error)) ([]byte, error) {
	start := len(dst)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(typ))
	dst = append(dst, 0, 0) // the length, below
	dst, err := data(dst)
	if err != nil {
		return dst, err
	}
	n := len(dst) - start
	if n > headerSize+MaxData {
		return dst, wire.Misuse(setName, "%v of %d bytes", typ, n)
	}
	binary.LittleEndian.PutUint16(dst[start+2:], uint16(n))
	return dst, nil
}

func (f field) id() Type { return f.typ }
func (r Raw) id() Type   { return r.Type }

func known[T interface{ id() Type }](list []T, typ Type) bool {
	for _, x := range list {
		if x.id() == typ {
			return true
		}
	}
	return false
}
