package wire_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// A parser reads all its fields and checks once: the first failure sticks.
func ExampleReader() {
	r := wire.NewReader("RDP_NEG_RSP", []byte{2, 0, 8, 0, 2, 0})
	kind, flags, length := r.U8("type"), r.U8("flags"), r.U16LE("length")
	protocol := r.U32LE("selectedProtocol")
	fmt.Println(kind, flags, length, protocol)
	fmt.Println(r.Err())
	// Output:
	// 2 0 8 0
	// RDP_NEG_RSP: selectedProtocol at offset 4: wants 4 bytes, 2 left
}

// A driver asks how long a message is before it waits for it.
func ExampleElementSize() {
	size, err := wire.ElementSize("TSRequest", []byte{0x30, 0x82, 0x01, 0x00}, 65536)
	fmt.Println(size, err)
	_, err = wire.ElementSize("TSRequest", []byte{0x30, 0x84, 0x40, 0, 0, 0}, 65536)
	fmt.Println(err)
	// Output:
	// 260 <nil>
	// TSRequest: length at offset 6: announces 1073741824 bytes, limit is 65536
}
