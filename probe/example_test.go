package probe_test

import (
	"context"
	"fmt"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// A look at a server, and what it means.
func ExampleProbe() {
	hosts := lab.Hosts()[:1] // a Windows Server 2008 R2 without the update
	l, err := lab.Start(context.Background(), lab.Options{Hosts: hosts})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	address := l.Hosts[0].Address

	facts := probe.Probe(context.Background(), address.Addr().String(), int(address.Port()), probe.Options{})

	fmt.Println("CredSSP", facts.CredSSP.Version, "on", facts.NTLM.NetBIOSComputer, "build", facts.NTLM.Build)
	fmt.Println("the update is", verdict.Decide(facts).Update)
	// Output:
	// CredSSP 2 on OLD-2008R2 build 7601
	// the update is absent
}
