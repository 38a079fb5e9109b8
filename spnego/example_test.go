package spnego_test

import (
	"fmt"

	"github.com/fumidai/fumidai/spnego"
)

// greeting stands for a mechanism such as NTLM or Kerberos: each side says one
// word. It protects nothing.
type greeting struct {
	acceptor, done bool
}

func (g *greeting) Step(token []byte) ([]byte, error) {
	g.done = g.acceptor || token != nil
	if !g.acceptor && token != nil {
		return nil, nil
	}
	return []byte("hello"), nil
}

func (g *greeting) Done() bool                            { return g.done }
func (g *greeting) Need() any                             { return nil }
func (g *greeting) Resume() ([]byte, error)               { return nil, nil }
func (g *greeting) Seal(plaintext []byte) ([]byte, error) { return plaintext, nil }
func (g *greeting) Unseal(sealed []byte) ([]byte, error)  { return sealed, nil }
func (g *greeting) Sign([]byte) ([]byte, error)           { return []byte("signed"), nil }
func (g *greeting) Verify(_, _ []byte) error              { return nil }
func (g *greeting) ResetSealing()                         {}
func (g *greeting) Name() string                          { return "Greeting" }
func (g *greeting) Peer() (domain, user string)           { return "PLANT", "tanaka" }

// The client prefers another mechanism, so the server asks for a mechListMIC.
func Example() {
	const greetingOID spnego.OID = "\x2a\x03\x04" // 1.2.3.4
	initiator, err := spnego.NewInitiator([]spnego.Offer{
		{OID: spnego.Kerberos, Mechanism: &greeting{}},
		{OID: greetingOID, Mechanism: &greeting{}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	acceptor, err := spnego.NewAcceptor([]spnego.Offer{
		{OID: greetingOID, Mechanism: &greeting{acceptor: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	var fromServer []byte
	for !initiator.Done() || !acceptor.Done() {
		fromClient, err := initiator.Step(fromServer)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("client: %d bytes, %s\n", len(fromClient), initiator.Name())
		if fromServer, err = acceptor.Step(fromClient); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("server: %d bytes, %s\n", len(fromServer), acceptor.Name())
	}
	fmt.Println(acceptor.Peer())

	// Output:
	// client: 43 bytes, SPNEGO/Greeting
	// server: 16 bytes, SPNEGO/Greeting
	// client: 18 bytes, SPNEGO/Greeting
	// server: 28 bytes, SPNEGO/Greeting
	// client: 19 bytes, SPNEGO/Greeting
	// server: 0 bytes, SPNEGO/Greeting
	// PLANT tanaka
}
