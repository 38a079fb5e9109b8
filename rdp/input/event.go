package input

// Kind is what an event is about.
type Kind uint8

// The kinds of MS-RDPBCGR 2.2.8.1.1.3.1.1 and 2.2.8.1.2.2.
const (
	Scancode    Kind = iota + 1 // a key by its scan code
	Unicode                     // a UTF-16 code unit
	Mouse                       // movement, wheel, buttons 1 to 3
	ExtMouse                    // movement, buttons 4 and 5
	Synchronize                 // the state of the lock keys
	Unused                      // an event without meaning for a session, such as a time stamp
)

// Event is one input event. Both paths give the same values: Flags are those of
// the slow path, whatever the fast path calls them.
type Event struct {
	Kind  Kind
	Flags uint16 // KeyFlags, PointerFlags, ExtPointerFlags or LockFlags, by Kind
	Code  uint16 // the scan code, or the UTF-16 code unit
	X, Y  uint16 // pixels from the top left of the desktop
}

// The flags of a key (MS-RDPBCGR 2.2.8.1.1.3.1.1.1).
const (
	KeyExtended  = 0x0100 // KBDFLAGS_EXTENDED: the scan code has the prefix 0xE0
	KeyExtended1 = 0x0200 // KBDFLAGS_EXTENDED1: the prefix 0xE1
	KeyDown      = 0x4000 // KBDFLAGS_DOWN: it was down before, too
	KeyRelease   = 0x8000 // KBDFLAGS_RELEASE
)

// The flags of the mouse (MS-RDPBCGR 2.2.8.1.1.3.1.1.3).
const (
	PointerHWheel        = 0x0400
	PointerWheel         = 0x0200
	PointerWheelNegative = 0x0100
	PointerWheelMask     = 0x01FF // the rotation, nine bits in two's complement
	PointerMove          = 0x0800
	PointerDown          = 0x8000 // else the button was released
	PointerButton1       = 0x1000 // left
	PointerButton2       = 0x2000 // right
	PointerButton3       = 0x4000 // middle
)

// The lock keys (MS-RDPBCGR 2.2.8.1.1.3.1.1.5).
const (
	LockScroll = 0x01
	LockNum    = 0x02
	LockCaps   = 0x04
	LockKana   = 0x08
)
