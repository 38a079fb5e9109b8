package verdict_test

import (
	"fmt"

	"github.com/fumidai/fumidai/verdict"
)

// A server that states version 4 and names build 14393.
func ExampleDecide() {
	v := verdict.Decide(verdict.Facts{
		Reach:    verdict.Reached,
		Selected: verdict.LayerNLAEx,
		CredSSP:  &verdict.CredSSP{Version: 4},
		NTLM:     &verdict.NTLM{VersionPresent: true, Major: 10, Build: 14393, Revision: 0x0F},
	})
	fmt.Println("update", v.Update, "NLA", v.NLA, v.Products.Clients, v.Products.Servers)
	for _, c := range v.Clients {
		fmt.Println("client", c.Client, "->", c.Outcome)
	}
	for _, a := range v.Actions[1:3] {
		fmt.Println(a.Code, a.Args["kbs"], a.Args["kb"])
	}
	// Output:
	// update absent NLA unknown [Windows 10 1607] [Windows Server 2016]
	// client not updated -> connects_insecure
	// client force updated clients -> refused_by_client
	// client mitigated -> refused_by_client
	// client vulnerable -> connects_insecure
	// action.update.install_first [KB5073447] <nil>
	// action.update.install <nil> KB5094122
}
