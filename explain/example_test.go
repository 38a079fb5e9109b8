package explain_test

import (
	"fmt"

	"github.com/fumidai/fumidai/explain"
)

// The same words lead to another cause once somebody has looked at the server.
func ExampleExplain() {
	text := "認証エラーが発生しました。\n要求された関数はサポー\nトされていません"
	for _, seen := range []explain.Observation{
		{},
		{Looked: true, CredSSPVersion: 4},
		{Looked: true, CredSSPVersion: 6},
	} {
		h := explain.Explain(text, seen)[0]
		fmt.Printf("%s, on the side of the %s\n", h.Code, h.Side)
	}
	fmt.Println(explain.Explain("The printer is on fire", explain.Observation{})[0].Code)
	// Output:
	// credssp.server_not_updated, on the side of the server
	// credssp.server_not_updated, on the side of the server
	// credssp.client_not_updated, on the side of the client
	// unknown
}
