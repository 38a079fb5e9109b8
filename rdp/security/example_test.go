package security_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/wire"
)

// A client sends its credentials; a server reads them and wipes them.
func Example() {
	info := &security.ClientInfo{
		Flags:    security.InfoUnicode | security.InfoMouse,
		Domain:   "CORP",
		User:     "alice",
		Password: wire.AppendUTF16(nil, "correct horse"),
		Extended: &security.ExtendedInfo{
			AddressFamily: security.AddressFamilyINET,
			Address:       "192.0.2.7",
			Last:          security.ExtendedPerformanceFlags,
		},
	}
	userData, err := security.AppendClientInfo(security.AppendHeader(nil, security.Info), info)
	if err != nil {
		fmt.Println(err)
		return
	}
	info.Wipe()

	flags, body, err := security.ParseHeader(userData)
	if err != nil || flags&security.Info == 0 {
		fmt.Println(flags, err)
		return
	}
	received, err := security.ParseClientInfo(body)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer received.Wipe()
	fmt.Printf("%v, password of %d characters\n", received, len(received.Password)/2)
	fmt.Println(received.Extended)
	// Output:
	// client info of CORP\alice, password of 13 characters
	// extended info of a client at 192.0.2.7
}

// A client without UDP declines a second transport.
func ExampleAppendMultitransportResponse() {
	request, err := security.ParseMultitransportRequest(make([]byte, 24))
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := security.AppendMultitransportResponse(security.AppendHeader(nil, security.TransportResponse),
		&security.MultitransportResponse{RequestID: request.RequestID, HResult: security.Abort})
	fmt.Printf("% x\n", answer)
	// Output: 04 00 00 00 00 00 00 00 04 40 00 80
}
