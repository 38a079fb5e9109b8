package rdpio

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ServerChoice is a server's answer to a ClientHello.
type ServerChoice struct {
	Version, Suite uint16

	// Certificate is the server's own one in DER. It is nil in TLS 1.3, which
	// encrypts it, and if the server did not come to send it.
	Certificate []byte
}

// AskHello sends a ClientHello and reads what the server chose, and its
// certificate if that comes in the clear. Then conn is of no use any more: the
// handshake cannot go on.
//
// Errors are a *TLSAlertError if the server refused, or a *TLSError. A choice
// that was not on offer is one with reason TLSHandshake.
func AskHello(ctx context.Context, conn net.Conn, hello *ClientHello, timeout time.Duration) (*ServerChoice, error) {
	message, err := hello.Append(nil)
	if err != nil {
		return nil, err
	}
	answer := &choiceReader{}
	err = within(ctx, conn, timeout, func() error {
		if _, err := conn.Write(message); err != nil {
			return err
		}
		return answer.read(conn)
	})
	switch {
	case answer.choice == nil:
		return nil, choiceFailure(ctx, err)
	case !hello.offers(answer.choice):
		return nil, &TLSError{Reason: TLSHandshake, Version: answer.choice.Version, Err: errors.New("the server chose what was not offered")}
	}
	return answer.choice, nil // whatever became of the certificate
}

func (h *ClientHello) offers(c *ServerChoice) bool {
	if c.Version < versionSSL30 || c.Version > h.Highest {
		return false
	}
	if c.Version >= tls.VersionTLS13 {
		return slices.Contains(suites13, c.Suite)
	}
	return slices.Contains(h.Suites, c.Suite)
}

// choiceFailure gives the failure of an exchange a type.
func choiceFailure(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*TLSAlertError](err); ok {
		return err
	}
	failure := &TLSError{Reason: TLSHandshake, Err: err}
	if reason, ok := transportReason(err); ok {
		failure.Reason = reason
	}
	switch {
	case errors.Is(err, errNotTLS):
		failure.Reason = TLSNotTLS
	case errors.Is(ctx.Err(), context.Canceled):
		failure.Reason, failure.Err = TLSCancelled, ctx.Err()
	}
	return failure
}

// choiceReader reads what a server sends after a ClientHello, as far as the
// certificate: ServerHello, Certificate, and more that is not read.
type choiceReader struct {
	choice  *ServerChoice
	message []byte // of the handshake, not complete yet
}

var errNotTLS = errors.New("the answer is not tls")

// maxCertificate bounds the Certificate message, as crypto/tls does.
const maxCertificate = 1 << 16

// maxIdleRecords bounds the warnings, as crypto/tls does.
const maxIdleRecords = 16

// read reads records until the server has told all that it can. It reads no
// more than one record ahead and nothing is kept beyond one message.
func (f *choiceReader) read(r io.Reader) error {
	idle := 0 // records that bring nothing of the handshake
	for first := true; ; first = false {
		var head [recordHeader]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return err
		}
		n := int(head[3])<<8 | int(head[4])
		isTLS := (head[0] == recordAlert || head[0] == recordHandshake) && head[1] == versionSSL30>>8 && n <= maxCipherRecord
		switch {
		case !isTLS && first:
			return errNotTLS
		case !isTLS:
			return errors.New("the answer has a record that does not belong there")
		}
		if head[0] != recordHandshake {
			idle++
		}
		switch {
		case head[0] == recordHandshake && n == 0: // RFC 8446, 5.1
			return errors.New("the answer has an empty record")
		case idle > maxIdleRecords:
			return errors.New("the answer does not get on")
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(r, body); err != nil {
			return err
		}
		if done, err := f.record(head[0], body); done || err != nil {
			return err
		}
	}
}

// record takes the next record.
func (f *choiceReader) record(kind byte, body []byte) (done bool, err error) {
	if kind == recordAlert {
		if len(body) != 2 {
			return true, errors.New("the answer has an alert of another length")
		}
		const warning, closeNotify = 1, 0
		switch {
		case body[0] == warning && body[1] == closeNotify:
			return true, io.EOF
		case body[0] == warning: // such as that the name is not known
			return false, nil
		}
		return true, &TLSAlertError{Alert: body[1]}
	}
	if len(f.message) == 0 {
		f.message = body // most messages are one record
	} else {
		f.message = append(f.message, body...)
	}
	for len(f.message) >= handshakeHeader {
		n := int(f.message[1])<<16 | int(f.message[2])<<8 | int(f.message[3])
		if n > maxCertificate {
			return true, errors.New("the answer has a message that is too long")
		}
		if len(f.message) < handshakeHeader+n {
			return false, nil
		}
		kind, message := f.message[0], f.message[handshakeHeader:handshakeHeader+n]
		f.message = f.message[handshakeHeader+n:]
		if done, err = f.handshake(kind, message); done || err != nil {
			return done, err
		}
	}
	return false, nil
}

// handshake takes the next message: the ServerHello, and after it up to TLS 1.2
// the Certificate (RFC 2246, 7.3).
func (f *choiceReader) handshake(kind byte, message []byte) (done bool, err error) {
	if f.choice != nil {
		if kind == typeCertificate {
			f.choice.Certificate, err = parseCertificate(message)
		}
		return true, err
	}
	if kind != typeServerHello {
		return true, errors.New("the answer does not begin with a ServerHello")
	}
	hello, err := parseServerHello(message)
	if err != nil {
		return true, err
	}
	f.choice = &ServerChoice{Version: hello.version, Suite: hello.suite}
	return hello.version >= tls.VersionTLS13, nil
}

const typeCertificate = 11

// parseCertificate returns the first certificate of the message, which it
// aliases: RFC 2246, 7.4.2.
func parseCertificate(message []byte) ([]byte, error) {
	r := wire.NewReader("Certificate", message)
	u24 := func(field string) int { return int(r.U8(field))<<16 | int(r.U16BE(field)) }
	if n := u24("certificate_list length"); n != r.Len() {
		r.Failf("certificate_list length", "announces %d bytes, got %d", n, r.Len())
	}
	leaf := r.Bytes("certificate", u24("certificate length"))
	if err := r.Err(); err != nil {
		return nil, err
	}
	return leaf, nil
}
