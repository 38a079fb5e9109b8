package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/capset"
)

// pointerCache is how many mouse pointers both ends say to remember. Neither
// ours sends nor looks at them.
const pointerCache = 25

// chunkSize is the least a virtual channel chunk may have, in bytes.
const chunkSize = 1600

// noOrders says that no drawing order is understood. The two flags and the 20
// bytes must be there all the same (2.2.7.1.3).
func noOrders() *capset.Order {
	return &capset.Order{DesktopSaveXGranularity: 1, DesktopSaveYGranularity: 20, MaximumOrderLevel: 1,
		OrderFlags: capset.NegotiateOrderSupport | capset.ZeroBoundsDeltasSupport}
}

func bitmapSet(desktop image.Point, depth int) *capset.Bitmap {
	return &capset.Bitmap{
		PreferredBitsPerPixel: uint16(depth), Receive1BitPerPixel: 1, Receive4BitsPerPixel: 1, Receive8BitsPerPixel: 1, DesktopResizeFlag: 1,
		DesktopWidth: uint16(desktop.X), DesktopHeight: uint16(desktop.Y), BitmapCompressionFlag: 1, MultipleRectangleSupport: 1,
	}
}

func general() *capset.General {
	return &capset.General{OSMajorType: capset.OSMajorWindows, OSMinorType: capset.OSMinorWindowsNT, ProtocolVersion: capset.ProtocolVersion,
		ExtraFlags: capset.FastPathOutputSupported | capset.LongCredentialsSupported | capset.NoBitmapCompressionHdr, RefreshRectSupport: 1, SuppressOutputSupport: 1}
}

const inputFlags = capset.InputScancodes | capset.InputMouseX | capset.InputFastPath | capset.InputUnicode | capset.InputFastPath2

// serverCapabilities are those of a server that draws bitmaps and nothing else.
func serverCapabilities(desktop image.Point, depth int) *capset.Sets {
	return &capset.Sets{
		Share:          &capset.Share{NodeID: serverUser},
		General:        general(),
		Bitmap:         bitmapSet(desktop, depth),
		Order:          noOrders(),
		Pointer:        &capset.Pointer{ColorPointerFlag: 1, ColorPointerCacheSize: pointerCache, PointerCacheSize: pointerCache},
		Input:          &capset.Input{InputFlags: inputFlags},
		Font:           &capset.Font{FontSupportFlags: capset.FontSupportFontList},
		VirtualChannel: &capset.VirtualChannel{VCChunkSize: chunkSize},
	}
}

// MaxUpdate is the longest fragmented update that our client takes, in bytes. It
// bounds what a server can make it hold.
const MaxUpdate = 512 << 10

// clientCapabilities are those of a client that shows bitmaps, as updates or
// raw on a surface, and nothing else.
func clientCapabilities(desktop image.Point, depth int, keyboardLayout uint32) *capset.Sets {
	return &capset.Sets{
		General:     general(),
		Bitmap:      bitmapSet(desktop, depth),
		Order:       noOrders(),
		BitmapCache: &capset.BitmapCache{},
		Pointer:     &capset.Pointer{ColorPointerFlag: 1, ColorPointerCacheSize: pointerCache, PointerCacheSize: pointerCache},
		Input: &capset.Input{InputFlags: inputFlags,
			KeyboardLayout: keyboardLayout, KeyboardType: keyboardType, KeyboardFunctionKey: functionKeys},
		Brush:               &capset.Brush{},
		GlyphCache:          &capset.GlyphCache{},
		VirtualChannel:      &capset.VirtualChannel{VCChunkSize: chunkSize},
		Sound:               &capset.Sound{},
		Share:               &capset.Share{},
		Font:                &capset.Font{FontSupportFlags: capset.FontSupportFontList},
		Control:             &capset.Control{ControlInterest: capset.ControlPriorityNever, DetachInterest: capset.ControlPriorityNever},
		Activation:          &capset.Activation{},
		ColorCache:          &capset.ColorCache{CacheSize: 6},
		MultifragmentUpdate: &capset.MultifragmentUpdate{MaxRequestSize: MaxUpdate},
		SurfaceCommands:     &capset.SurfaceCommands{Flags: capset.SurfaceSetSurfaceBits | capset.SurfaceFrameMarker | capset.SurfaceStreamSurfaceBits},
	}
}
