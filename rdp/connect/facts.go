package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/capset"
	"github.com/fumidai/fumidai/rdp/gcc"
)

// ClientFacts is what a client has said about itself, as far as the sequence has
// come.
type ClientFacts struct {
	// From its Connect Initial.
	Name               string
	Build              uint32
	KeyboardLayout     uint32      // input locale identifier, 0x411 is Japanese
	Desktop            image.Point // pixels, as asked
	ScaleFactor        int         // per cent; 100 if the client does not say
	Depth              int         // bits per pixel it prefers of those we have: 16, 24 or 32
	Channels           []gcc.Channel
	RedirectionVersion int // of the Server Redirection PDU it reads, from 1; 0: none
	ErrorInfo          bool
	AutoDetect         bool

	// From its capabilities.
	FastPath       bool // it reads fast-path updates
	NoBitmapHeader bool // compressed bitmaps may come without TS_CD_HEADER
	Resizes        bool // its desktop may get another size than it asked for
}

// The depths of TS_UD_CS_CORE (MS-RDPBCGR 2.2.1.3.2).
const (
	supports24 = 0x0001 // RNS_UD_24BPP_SUPPORT
	supports16 = 0x0002
	supports15 = 0x0004
	supports32 = 0x0008

	postBeta24 = 0xCA04 // RNS_UD_COLOR_24BPP
)

func factsOf(data *gcc.ClientData) ClientFacts {
	f := ClientFacts{ScaleFactor: 100, Depth: 16}
	if core := data.Core; core != nil {
		f.Name, f.Build, f.KeyboardLayout = core.ClientName, core.ClientBuild, core.KeyboardLayout
		f.Desktop = image.Pt(int(core.DesktopWidth), int(core.DesktopHeight))
		f.Depth = depthOf(core)
		if core.Has(gcc.CoreEarlyCapabilityFlags) {
			f.ErrorInfo = core.EarlyCapabilityFlags&gcc.ClientSupportsErrorInfo != 0
			f.AutoDetect = core.EarlyCapabilityFlags&gcc.ClientSupportsNetAutoDetect != 0
		}
		// Both factors must be in range, else both are ignored (2.2.1.3.2).
		if core.Has(gcc.CoreDeviceScaleFactor) && core.DesktopScaleFactor >= 100 && core.DesktopScaleFactor <= 500 &&
			(core.DeviceScaleFactor == 100 || core.DeviceScaleFactor == 140 || core.DeviceScaleFactor == 180) {
			f.ScaleFactor = int(core.DesktopScaleFactor)
		}
	}
	if data.Network != nil {
		f.Channels = data.Network.Channels
	}
	if c := data.Cluster; c != nil && c.Flags&gcc.RedirectionSupported != 0 {
		f.RedirectionVersion = c.Flags.RedirectionVersion()
	}
	return f
}

// depthOf follows 2.2.1.3.2: 32 by a flag, else highColorDepth, else the older
// field. Eight bits and fewer are answered with 16: who cannot show that leaves.
func depthOf(core *gcc.ClientCoreData) int {
	supported := core.SupportedColorDepths
	if !core.Has(gcc.CoreSupportedColorDepths) {
		supported = supports24 | supports16
	}
	switch {
	case core.Has(gcc.CoreEarlyCapabilityFlags) && core.EarlyCapabilityFlags&gcc.ClientWants32BPP != 0 && supported&supports32 != 0:
		return 32
	case core.Has(gcc.CoreHighColorDepth) && core.HighColorDepth >= 24 && supported&supports24 != 0:
		return 24
	case !core.Has(gcc.CoreHighColorDepth) && core.Has(gcc.CorePostBeta2ColorDepth) && core.PostBeta2ColorDepth == postBeta24:
		return 24
	}
	return 16
}

// confirm adds what the capabilities say.
func (f *ClientFacts) confirm(sets *capset.Sets) {
	if g := sets.General; g != nil {
		f.FastPath = g.ExtraFlags&capset.FastPathOutputSupported != 0
		f.NoBitmapHeader = g.ExtraFlags&capset.NoBitmapCompressionHdr != 0
	}
	f.Resizes = sets.Bitmap != nil && sets.Bitmap.DesktopResizeFlag != 0
}
