package license_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/license"
)

// A client looks at what a server says about licenses.
func Example() {
	for _, received := range [][]byte{
		license.AppendValidClient(nil),
		{0xff, 3, 16, 0, 6, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0},
	} {
		message, err := license.Parse(received)
		if err != nil {
			fmt.Println(err)
			return
		}
		if message.Type != license.ErrorAlertType {
			fmt.Println("the server wants a license:", message.Type)
			continue
		}
		alert, err := license.ParseErrorAlert(message)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(alert.Refused())
	}
	// Output:
	// <nil>
	// license: peer sent ERR_NO_LICENSE_SERVER, ST_TOTAL_ABORT
}
