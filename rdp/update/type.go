package update

import "fmt"

// Type is the field updateType that the update data of the slow path begin with
// (MS-RDPBCGR 2.2.9.1.1.3.1). Bitmap and palette updates have it on the fast
// path too.
type Type uint16

// The update types.
const (
	TypeOrders      Type = 0
	TypeBitmap      Type = 1
	TypePalette     Type = 2
	TypeSynchronize Type = 3
)

var typeNames = [...]string{
	TypeOrders:      "UPDATETYPE_ORDERS",
	TypeBitmap:      "UPDATETYPE_BITMAP",
	TypePalette:     "UPDATETYPE_PALETTE",
	TypeSynchronize: "UPDATETYPE_SYNCHRONIZE",
}

// String is the specification's name.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("Type(%d)", uint16(t))
}
