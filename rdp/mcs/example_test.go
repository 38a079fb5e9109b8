package mcs_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/mcs"
)

// A client opens the session, and the server answers with the parameters that
// follow from the request.
func Example() {
	request, err := mcs.AppendConnectInitial(nil, mcs.NewConnectInitial([]byte("client settings")))
	if err != nil {
		fmt.Println(err)
		return
	}

	initial, err := mcs.ParseConnectInitial(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	parameters, err := initial.MergeParameters()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, PDUs of %d bytes\n", initial.UserData, parameters.MaxMCSPDUSize)
	// Output: client settings, PDUs of 65528 bytes
}

// A refusal carries the result and nothing else.
func ExampleConnectResponse_Refused() {
	answer, err := mcs.ParseConnectResponse([]byte{0x7f, 0x66, 3, 0x0a, 1, 14})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.Refused())
	// Output: mcs: server refused the connection: rt-unspecified-failure
}
