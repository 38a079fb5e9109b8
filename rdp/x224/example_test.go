package x224_test

import (
	"errors"
	"fmt"

	"github.com/fumidai/fumidai/rdp/x224"
)

// A client asks for CredSSP and reads the answer of a server that refuses
// everything else than CredSSP.
func Example() {
	request, err := x224.AppendConnectionRequest(nil, &x224.ConnectionRequest{
		Cookie:      "alice",
		Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolSSL},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d bytes\n", len(request))

	answer := []byte{3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 3, 0, 8, 0, 5, 0, 0, 0}
	if size, err := x224.FrameSize(answer[:4]); err != nil || size != len(answer) {
		fmt.Println(size, err)
		return
	}
	confirm, err := x224.ParseConnectionConfirm(answer)
	switch {
	case err != nil:
		fmt.Println(err)
	case confirm.Failure != nil:
		fmt.Println(confirm.Failure.Code())
	case confirm.Negotiation != nil:
		fmt.Println(confirm.Negotiation.SelectedProtocol)
	}
	// Output:
	// 43 bytes
	// x224.failure.hybrid_required
}

// A server tells a pre-connection PDU from a Connection Request.
func ExampleIsPreconnection() {
	fmt.Println(x224.IsPreconnection([]byte{0x20, 0, 0, 0}))
	fmt.Println(x224.IsPreconnection([]byte{3, 0, 0, 0x2a}))
	// Output:
	// true
	// false
}

// The end of a connection is an error that names itself.
func ExampleParseData() {
	_, err := x224.ParseData([]byte{3, 0, 0, 11, 6, 0x80, 0, 0, 0, 0, 0})
	var disconnect *x224.DisconnectRequest
	fmt.Println(errors.As(err, &disconnect))
	// Output: true
}
