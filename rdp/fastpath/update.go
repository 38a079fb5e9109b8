package fastpath

import "fmt"

// UpdateCode says what an update is: the field updateCode of MS-RDPBCGR
// 2.2.9.1.2.1.
type UpdateCode uint8

// The update codes.
const (
	UpdateOrders          UpdateCode = 0
	UpdateBitmap          UpdateCode = 1
	UpdatePalette         UpdateCode = 2
	UpdateSynchronize     UpdateCode = 3
	UpdateSurfaceCommands UpdateCode = 4
	UpdatePointerHidden   UpdateCode = 5
	UpdatePointerDefault  UpdateCode = 6
	UpdatePointerPosition UpdateCode = 8
	UpdateColorPointer    UpdateCode = 9
	UpdateCachedPointer   UpdateCode = 10
	UpdateNewPointer      UpdateCode = 11
	UpdateLargePointer    UpdateCode = 12
)

var updateNames = [...]string{
	UpdateOrders:          "FASTPATH_UPDATETYPE_ORDERS",
	UpdateBitmap:          "FASTPATH_UPDATETYPE_BITMAP",
	UpdatePalette:         "FASTPATH_UPDATETYPE_PALETTE",
	UpdateSynchronize:     "FASTPATH_UPDATETYPE_SYNCHRONIZE",
	UpdateSurfaceCommands: "FASTPATH_UPDATETYPE_SURFCMDS",
	UpdatePointerHidden:   "FASTPATH_UPDATETYPE_PTR_NULL",
	UpdatePointerDefault:  "FASTPATH_UPDATETYPE_PTR_DEFAULT",
	UpdatePointerPosition: "FASTPATH_UPDATETYPE_PTR_POSITION",
	UpdateColorPointer:    "FASTPATH_UPDATETYPE_COLOR",
	UpdateCachedPointer:   "FASTPATH_UPDATETYPE_CACHED",
	UpdateNewPointer:      "FASTPATH_UPDATETYPE_POINTER",
	UpdateLargePointer:    "FASTPATH_UPDATETYPE_LARGE_POINTER",
}

// String is the specification's name.
func (c UpdateCode) String() string {
	if int(c) < len(updateNames) && updateNames[c] != "" {
		return updateNames[c]
	}
	return fmt.Sprintf("UpdateCode(%d)", uint8(c))
}

// Fragment says which part of a whole update its data is: the field
// fragmentation of MS-RDPBCGR 2.2.9.1.2.1.
type Fragment uint8

// The kinds of fragments.
const (
	Single Fragment = 0
	Last   Fragment = 1
	First  Fragment = 2
	Next   Fragment = 3
)

var fragmentNames = [...]string{
	Single: "FASTPATH_FRAGMENT_SINGLE",
	Last:   "FASTPATH_FRAGMENT_LAST",
	First:  "FASTPATH_FRAGMENT_FIRST",
	Next:   "FASTPATH_FRAGMENT_NEXT",
}

// String is the specification's name.
func (f Fragment) String() string {
	if int(f) < len(fragmentNames) {
		return fragmentNames[f]
	}
	return fmt.Sprintf("Fragment(%d)", uint8(f))
}

// Update is TS_FP_UPDATE (MS-RDPBCGR 2.2.9.1.2.1): one update or one fragment
// of one. Data aliases the frame.
type Update struct {
	Code     UpdateCode
	Fragment Fragment

	// Compressed says that Data is compressed in bulk (MS-RDPBCGR 3.1.8). That
	// happens only if the client offered it, which ours never does.
	Compressed bool

	Data []byte
}
