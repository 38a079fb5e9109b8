package capset

import "fmt"

// Type is the capabilitySetType in the header of a set.
type Type uint16

// The types of MS-RDPBCGR 2.2.1.13.1.1.1.
const (
	TypeGeneral                Type = 0x0001 // CAPSTYPE_GENERAL
	TypeBitmap                 Type = 0x0002 // CAPSTYPE_BITMAP
	TypeOrder                  Type = 0x0003 // CAPSTYPE_ORDER
	TypeBitmapCache            Type = 0x0004 // CAPSTYPE_BITMAPCACHE
	TypeControl                Type = 0x0005 // CAPSTYPE_CONTROL
	TypeActivation             Type = 0x0007 // CAPSTYPE_ACTIVATION
	TypePointer                Type = 0x0008 // CAPSTYPE_POINTER
	TypeShare                  Type = 0x0009 // CAPSTYPE_SHARE
	TypeColorCache             Type = 0x000A // CAPSTYPE_COLORCACHE
	TypeSound                  Type = 0x000C // CAPSTYPE_SOUND
	TypeInput                  Type = 0x000D // CAPSTYPE_INPUT
	TypeFont                   Type = 0x000E // CAPSTYPE_FONT
	TypeBrush                  Type = 0x000F // CAPSTYPE_BRUSH
	TypeGlyphCache             Type = 0x0010 // CAPSTYPE_GLYPHCACHE
	TypeOffscreenCache         Type = 0x0011 // CAPSTYPE_OFFSCREENCACHE
	TypeBitmapCacheHostSupport Type = 0x0012 // CAPSTYPE_BITMAPCACHE_HOSTSUPPORT
	TypeBitmapCacheRev2        Type = 0x0013 // CAPSTYPE_BITMAPCACHE_REV2
	TypeVirtualChannel         Type = 0x0014 // CAPSTYPE_VIRTUALCHANNEL
	TypeDrawNineGridCache      Type = 0x0015 // CAPSTYPE_DRAWNINEGRIDCACHE
	TypeDrawGDIPlus            Type = 0x0016 // CAPSTYPE_DRAWGDIPLUS
	TypeRail                   Type = 0x0017 // CAPSTYPE_RAIL
	TypeWindow                 Type = 0x0018 // CAPSTYPE_WINDOW
	TypeCompDesk               Type = 0x0019 // CAPSETTYPE_COMPDESK
	TypeMultifragmentUpdate    Type = 0x001A // CAPSETTYPE_MULTIFRAGMENTUPDATE
	TypeLargePointer           Type = 0x001B // CAPSETTYPE_LARGE_POINTER
	TypeSurfaceCommands        Type = 0x001C // CAPSETTYPE_SURFACE_COMMANDS
	TypeBitmapCodecs           Type = 0x001D // CAPSETTYPE_BITMAP_CODECS
	TypeFrameAcknowledge       Type = 0x001E // CAPSSETTYPE_FRAME_ACKNOWLEDGE
)

var typeNames = map[Type]string{
	TypeGeneral:                "GENERAL",
	TypeBitmap:                 "BITMAP",
	TypeOrder:                  "ORDER",
	TypeBitmapCache:            "BITMAPCACHE",
	TypeControl:                "CONTROL",
	TypeActivation:             "ACTIVATION",
	TypePointer:                "POINTER",
	TypeShare:                  "SHARE",
	TypeColorCache:             "COLORCACHE",
	TypeSound:                  "SOUND",
	TypeInput:                  "INPUT",
	TypeFont:                   "FONT",
	TypeBrush:                  "BRUSH",
	TypeGlyphCache:             "GLYPHCACHE",
	TypeOffscreenCache:         "OFFSCREENCACHE",
	TypeBitmapCacheHostSupport: "BITMAPCACHE_HOSTSUPPORT",
	TypeBitmapCacheRev2:        "BITMAPCACHE_REV2",
	TypeVirtualChannel:         "VIRTUALCHANNEL",
	TypeDrawNineGridCache:      "DRAWNINEGRIDCACHE",
	TypeDrawGDIPlus:            "DRAWGDIPLUS",
	TypeRail:                   "RAIL",
	TypeWindow:                 "WINDOW",
	TypeCompDesk:               "COMPDESK",
	TypeMultifragmentUpdate:    "MULTIFRAGMENTUPDATE",
	TypeLargePointer:           "LARGE_POINTER",
	TypeSurfaceCommands:        "SURFACE_COMMANDS",
	TypeBitmapCodecs:           "BITMAP_CODECS",
	TypeFrameAcknowledge:       "FRAME_ACKNOWLEDGE",
}

// String is the name in the specification without its prefix, or a number.
func (t Type) String() string {
	if name := typeNames[t]; name != "" {
		return name
	}
	return fmt.Sprintf("Type(%#04x)", uint16(t))
}
