package share_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/share"
)

// A server says why it closes the connection, and a client reads it.
func Example() {
	const serverChannel, shareID = 1002, 0x103EA
	payload, err := share.AppendData(nil, serverChannel, shareID, share.DataSetErrorInfo,
		share.AppendSetErrorInfo(nil, share.ErrorInfoServerReboot))
	if err != nil {
		fmt.Println(err)
		return
	}
	payload, err = share.AppendDeactivateAll(payload, serverChannel, &share.DeactivateAll{ShareID: shareID})
	if err != nil {
		fmt.Println(err)
		return
	}

	for rest := payload; len(rest) > 0; {
		var c share.Control
		if c, rest, err = share.NextControl(rest); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Type, "from", c.Source)
		if c.Type != share.TypeData {
			continue
		}
		d, err := share.ParseData(c)
		if err != nil {
			fmt.Println(err)
			return
		}
		info, err := share.ParseSetErrorInfo(d.Body)
		fmt.Println(d.Type, info.Code(), err)
	}
	// Output:
	// DATAPDU from 1002
	// SET_ERROR_INFO_PDU rdp.error_info.server_reboot <nil>
	// DEACTIVATEALLPDU from 1002
}

// A gateway sends a client away, with a token that it wants to see again.
func ExampleAppendServerRedirection() {
	pdu, err := share.AppendServerRedirection(nil, 1002, &share.ServerRedirection{
		LoadBalanceInfo: []byte("Cookie: msts=token\r\n"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, _, err := share.NextControl(pdu)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := share.ParseServerRedirection(c.Body)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v %q\n", m.Flags, m.LoadBalanceInfo)
	// Output: LOAD_BALANCE_INFO "Cookie: msts=token\r\n"
}
