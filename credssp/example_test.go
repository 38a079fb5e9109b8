package credssp_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
)

// publicKey stands for the subjectPublicKey of the certificate that both ends
// see on their TLS connection.
var publicKey = []byte("subjectPublicKey")

func ExampleClient() {
	conn, server := connect()
	go logOn(conn, "correct horse")
	fmt.Println(accept(server))
	// Output: PLANT\hanako by NTLM at version 6 delegates password of PLANT\hanako <nil>
}

func ExampleServer() {
	client, conn := connect()
	go accept(conn)
	err := logOn(client, "wrong")
	var status *credssp.StatusError
	fmt.Println(errors.As(err, &status), err)
	// Output: true credssp: peer refuses with STATUS_LOGON_FAILURE
}

// logOn drives a client: whatever Step returns is sent, even if it comes with an
// error.
func logOn(conn io.ReadWriteCloser, password string) error {
	defer conn.Close()
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: "PLANT", User: "hanako", Hash: ntlm.HashPassword([]byte(password)),
		Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return err
	}
	client, err := credssp.NewClient(credssp.ClientConfig{
		Level: credssp.Mitigated, PublicKey: publicKey, Mechanism: mechanism, Rand: rand.Reader,
		Credentials: credssp.NewPasswordCreds("PLANT", "hanako", []byte(password)),
	})
	if err != nil {
		return err
	}
	defer client.Close()
	message, err := client.Step(nil)
	for {
		if len(message) > 0 {
			if _, err := conn.Write(message); err != nil { // one message, one TLS record
				return err
			}
		}
		if _, done := client.Done(); done || err != nil {
			return err
		}
		if message, err = read(conn); err != nil {
			return err
		}
		message, err = client.Step(message)
	}
}

// accept drives a server. Its mechanism needs to know whether a response is
// right.
func accept(conn io.ReadWriteCloser) (string, error) {
	defer conn.Close()
	mechanism, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: "SRV", Rand: rand.Reader, Now: time.Now})
	if err != nil {
		return "", err
	}
	server, err := credssp.NewServer(credssp.ServerConfig{Level: credssp.Mitigated, PublicKey: publicKey, Mechanism: mechanism})
	if err != nil {
		return "", err
	}
	for {
		message, err := read(conn)
		if err != nil {
			return "", err
		}
		reply, err := server.Step(message)
		if need, ok := server.Need().(*ntlm.Need); ok {
			need.AnswerFrom(&ntlm.Account{Hash: ntlm.HashPassword([]byte("correct horse"))})
			reply, err = server.Resume()
		}
		if len(reply) > 0 {
			conn.Write(reply)
		}
		if err != nil {
			return "", err
		}
		if identity, done := server.Done(); done {
			defer identity.Credentials().Wipe()
			return fmt.Sprintf("%v at version %d delegates %v", identity, identity.Version(), identity.Credentials()), nil
		}
	}
}

// read reads one message and no byte more.
func read(conn io.Reader) ([]byte, error) {
	var message []byte
	for size := 0; size == 0 || len(message) < size; {
		part := make([]byte, max(1, size-len(message)))
		if _, err := io.ReadFull(conn, part); err != nil {
			return nil, err
		}
		message = append(message, part...)
		var err error
		if size, err = credssp.MessageSize(message); err != nil {
			return nil, err
		}
	}
	return message, nil
}

// connect is a connection within the process; elsewhere it is TLS.
func connect() (client, server io.ReadWriteCloser) {
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	return pipe{fromServer, toServer}, pipe{fromClient, toClient}
}

type pipe struct {
	io.Reader
	io.WriteCloser
}
