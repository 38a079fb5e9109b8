package update

import "fmt"

// UnsupportedError says that a server drew with something that was not offered
// to it, so nothing here understands it.
type UnsupportedError struct {
	code   string
	Struct string // the specification's name of what carries it
	Value  int    // the codec, the number of orders, ... as the wire has it
}

func unsupportedCodec(id uint8) error {
	return &UnsupportedError{code: "update.codec.unsupported", Struct: "TS_BITMAP_DATA_EX", Value: int(id)}
}

func unsupportedOrders(count int) error {
	return &UnsupportedError{code: "update.orders.unsupported", Struct: "TS_UPDATE_ORDERS_PDU_DATA", Value: count}
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s: %s: %d", e.Struct, e.code, e.Value)
}

// Code is the stable name of this failure: "update.codec.unsupported" or
// "update.orders.unsupported".
func (e *UnsupportedError) Code() string { return e.code }

// Kind tells whose fault the failure is: always "misbehaved", because the
// capabilities of the client did not contain it.
func (e *UnsupportedError) Kind() string { return "misbehaved" }

// Args are the named values for a sentence about this failure.
func (e *UnsupportedError) Args() map[string]any {
	return map[string]any{"struct": e.Struct, "value": e.Value}
}
