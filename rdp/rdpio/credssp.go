package rdpio

import (
	"context"
	"net"
	"time"

	"github.com/fumidai/fumidai/credssp"
)

// Resolver answers a machine's Need: it finds out what the mechanism asked for
// and calls the answering method of the Need, whose type is the mechanism's
// own. An error of the Resolver ends the exchange, and a client is told its status
// where it can read one (credssp.Server.Fail). ctx has the deadline of one step;
// a Resolver that does not heed it delays the exchange for as long as it takes.
type Resolver func(ctx context.Context, need any) error

// machine is what credssp.Client and credssp.Server have in common.
type machine interface {
	Step(message []byte) (reply []byte, err error)
	Need() any
	Resume() (reply []byte, err error)
}

// ReadTSRequest reads one whole TSRequest, however it is split into TLS
// records.
func ReadTSRequest(ctx context.Context, conn net.Conn, timeout time.Duration) (message []byte, err error) {
	err = within(ctx, conn, timeout, func() error {
		message, err = readMessage(conn, 2, credssp.MessageSize)
		return err
	})
	return message, connError(ctx, "CredSSP message", err)
}

// RunClient carries the exchange of a CredSSP client over conn, which is the
// TLS connection whose key the client was made with. Each message is one
// Write. When it returns without error the credentials have been sent.
func RunClient(ctx context.Context, conn net.Conn, client *credssp.Client, resolve Resolver, timeout time.Duration) (*credssp.ClientResult, error) {
	defer client.Close()
	var message []byte
	for {
		if err := step(ctx, conn, client, message, resolve, timeout); err != nil {
			return nil, err
		}
		if result, done := client.Done(); done {
			return result, nil
		}
		var err error
		if message, err = ReadTSRequest(ctx, conn, timeout); err != nil {
			return nil, err
		}
	}
}

// RunServer carries the exchange of a CredSSP server over conn.
func RunServer(ctx context.Context, conn net.Conn, server *credssp.Server, resolve Resolver, timeout time.Duration) (*credssp.Identity, error) {
	for {
		message, err := ReadTSRequest(ctx, conn, timeout)
		if err != nil {
			return nil, err
		}
		if err := step(ctx, conn, server, message, resolve, timeout); err != nil {
			return nil, err
		}
		if identity, done := server.Done(); done {
			return identity, nil
		}
	}
}

// step gives one message to the machine, answers what it needs and sends its
// reply. A reply that comes with an error is sent before the error is
// returned.
func step(ctx context.Context, conn net.Conn, m machine, message []byte, resolve Resolver, timeout time.Duration) error {
	reply, err := m.Step(message)
	for err == nil && m.Need() != nil {
		if resolve == nil {
			return &UnresolvedError{Need: m.Need()}
		}
		if err = resolveWithin(ctx, resolve, m.Need(), timeout); err != nil {
			if server, ok := m.(*credssp.Server); ok {
				reply = server.Fail(err)
			}
			break
		}
		reply, err = m.Resume()
	}
	if len(reply) > 0 {
		if e := Write(ctx, conn, reply, timeout); err == nil {
			err = e
		}
	}
	return err
}

func resolveWithin(ctx context.Context, resolve Resolver, need any, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout(timeout))
	defer cancel()
	return resolve(ctx, need)
}

// UnresolvedError says that a machine needs something and no Resolver was given.
type UnresolvedError struct{ Need any }

func (e *UnresolvedError) Error() string { return "rdpio: nobody answers the mechanism's need" }

// Code is the stable name of the failure.
func (e *UnresolvedError) Code() string { return "rdpio.unresolved" }

// Kind tells whose fault it is: our caller's.
func (e *UnresolvedError) Kind() string { return "misuse" }

// Args are the named values for a sentence about the failure.
func (e *UnresolvedError) Args() map[string]any { return nil }

// ReadEarlyUserAuthorization reads the four bytes that follow CredSSP if
// HYBRID_EX was selected.
func ReadEarlyUserAuthorization(ctx context.Context, conn net.Conn, timeout time.Duration) (a credssp.EarlyUserAuthorization, err error) {
	err = within(ctx, conn, timeout, func() error {
		b, err := readMessage(conn, credssp.EarlyUserAuthorizationLength, func(b []byte) (int, error) { return len(b), nil })
		if err == nil {
			a, err = credssp.ParseEarlyUserAuthorization(b)
		}
		return err
	})
	return a, connError(ctx, "Early User Authorization Result", err)
}
