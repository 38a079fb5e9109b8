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

// A server reads what comes after the connection by its type.
func ExampleTypeOf() {
	for _, payload := range [][]byte{
		{0x04, 1, 0, 1, 0},
		mcs.AppendAttachUserRequest(nil),
		{0x64, 0, 6, 3, 0xeb, 0x70, 2, 'h', 'i'},
		{0x21, 0x80},
	} {
		kind, err := mcs.TypeOf(payload)
		if err != nil {
			fmt.Println(err)
			return
		}
		switch kind {
		case mcs.SendDataRequestType:
			m, err := mcs.ParseSendDataRequest(payload)
			fmt.Printf("user %d sends %q to channel %d, %v\n", m.Initiator, m.UserData, m.ChannelID, err)
		case mcs.DisconnectProviderUltimatumType:
			m, err := mcs.ParseDisconnectProviderUltimatum(payload)
			fmt.Println(m, err)
		default:
			fmt.Println(kind)
		}
	}
	// Output:
	// erectDomainRequest
	// attachUserRequest
	// user 1007 sends "hi" to channel 1003, <nil>
	// mcs: peer ended the connection: rn-user-requested <nil>
}
