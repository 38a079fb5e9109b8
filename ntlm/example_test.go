package ntlm_test

import (
	"crypto/rand"
	"fmt"
	"log"
	"time"

	"github.com/fumidai/fumidai/ntlm"
)

// A client and an acceptor log on to each other and exchange a sealed message.
func Example() {
	hash := ntlm.HashPassword([]byte("Passw0rd!"))
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: "CORP", User: "alice", Hash: hash, TargetName: "TERMSRV/server",
		Rand: rand.Reader, Now: time.Now,
	})
	check(err)
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{
		NetBIOSComputer: "SERVER", NetBIOSDomain: "CORP",
		Rand: rand.Reader, Now: time.Now,
	})
	check(err)

	var token []byte // each Step takes what the other end sent
	for !client.Done() {
		token, err = client.Step(token)
		check(err)
		token, err = acceptor.Step(token)
		check(err)
	}
	need := acceptor.Need().(*ntlm.Need)
	fmt.Printf("verify %s\\%s for %s\n", need.Domain, need.User, need.TargetName)
	need.AnswerFrom(&ntlm.Account{Hash: hash})
	_, err = acceptor.Resume()
	check(err)

	sealed, err := client.Seal([]byte("hello"))
	check(err)
	text, err := acceptor.Unseal(sealed)
	check(err)
	fmt.Printf("%s, in %d bytes\n", text, len(sealed))
	// Output:
	// verify CORP\alice for TERMSRV/server
	// hello, in 21 bytes
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
