package rdpio

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
)

// TLSReason says how TLS failed on our side of the connection. It is at the
// same time the stable code of the failure.
type TLSReason string

// The reasons of a TLSError.
const (
	// TLSVersion: the peer speaks no version of TLS that the options allow.
	TLSVersion TLSReason = "tls.version"
	// TLSClosed: the peer, or the way to it, ended the connection during the handshake.
	TLSClosed TLSReason = "tls.closed"
	// TLSTimeout: the peer did not finish the handshake in time.
	TLSTimeout TLSReason = "tls.timeout"
	// TLSCancelled: our side gave the handshake up.
	TLSCancelled TLSReason = "tls.cancelled"
	// TLSNotTLS: the first bytes of the peer are not TLS.
	TLSNotTLS TLSReason = "tls.not_tls"
	// TLSCertificate: the server's certificate, or the message that carries
	// it, cannot be read or its kind of key is not supported.
	TLSCertificate TLSReason = "tls.certificate"
	// TLSHandshake: the handshake failed in any other way.
	TLSHandshake TLSReason = "tls.handshake"
	// TLSRecord: after the handshake, the peer sent a record that is damaged
	// or not allowed.
	TLSRecord TLSReason = "tls.record"
	// TLSMisuse: the options make no sense.
	TLSMisuse TLSReason = "tls.misuse"
	// TLSInternal: the records of crypto/tls could not be re-joined.
	TLSInternal TLSReason = "tls.internal"
)

var tlsKinds = map[TLSReason]string{
	TLSVersion:     "incompatible",
	TLSClosed:      "network",
	TLSTimeout:     "network",
	TLSCancelled:   "network",
	TLSNotTLS:      "malformed",
	TLSCertificate: "malformed",
	TLSHandshake:   "misbehaved",
	TLSRecord:      "misbehaved",
	TLSMisuse:      "misuse",
	TLSInternal:    "bug",
}

// TLSError is a failure of TLS that our side noticed.
type TLSError struct {
	Reason  TLSReason
	Version uint16 // what the server chose, as in tls.VersionTLS12; 0 in the server role or before its hello
	Err     error  // what lies behind it; its text may change
}

func (e *TLSError) Error() string { return fmt.Sprintf("rdpio: %s: %v", e.Reason, e.Err) }

// Unwrap returns what lies behind the failure.
func (e *TLSError) Unwrap() error { return e.Err }

// Code is the stable name of this failure, as in "tls.version".
func (e *TLSError) Code() string { return string(e.Reason) }

// Kind tells whose fault the failure is; "network" as in ConnError.
func (e *TLSError) Kind() string { return tlsKinds[e.Reason] }

// Args are the named values for a sentence about this failure; "version" is
// the name of the version that the server chose, empty if that is not known.
func (e *TLSError) Args() map[string]any {
	version := ""
	if e.Version != 0 {
		version = tls.VersionName(e.Version)
	}
	return map[string]any{"version": version}
}

func misuse(what string) error { return &TLSError{Reason: TLSMisuse, Err: errors.New(what)} }

// handshakeFailure finds the reason of an error of the handshake. awaited says
// that we are the client and that no certificate has been read yet.
func handshakeFailure(err error, records *coalescer, awaited bool) error {
	if _, ok := errors.AsType[*TLSError](err); ok {
		return err
	}
	number, origin := alertIn(err)
	if origin == remoteAlert {
		return &TLSAlertError{Alert: number}
	}
	failure := &TLSError{Reason: TLSHandshake, Version: records.chosenVersion(), Err: err}
	if origin == noAlert {
		if reason, ok := transportReason(err); ok {
			failure.Reason = reason
			return failure
		}
		// crypto/tls returns plain errors for these; the alert it sent tells
		// them apart.
		number = records.sentAlert()
	}
	switch {
	case number == alertProtocolVersion:
		failure.Reason = TLSVersion
	case awaited && failure.Version != 0 && spoilsCertificate(number, failure.Version, origin):
		failure.Reason = TLSCertificate
	}
	return failure
}

// spoilsCertificate reports whether a failure between the server's hello and
// the check of its certificate is one of the certificate. crypto/tls answers an
// unreadable one with decode_error. TLS 1.3 encrypts that alert; but there, all
// other failures that stay plain errors come with an alert in the clear.
func spoilsCertificate(number uint8, version uint16, origin alertOrigin) bool {
	switch number {
	case alertBadCertificate, alertUnsupportedCertificate, alertDecodeError:
		return true
	case 0:
		return version == tls.VersionTLS13 && origin == noAlert
	}
	return false
}

// transportReason recognises failures below TLS, and peers that do not speak
// TLS at all.
func transportReason(err error) (TLSReason, bool) {
	if header, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return TLSNotTLS, header.Conn != nil // set only for the very first record
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) {
		return TLSClosed, true
	}
	if below, ok := errors.AsType[net.Error](err); ok {
		if below.Timeout() {
			return TLSTimeout, true
		}
		return TLSClosed, true
	}
	return "", false
}

// recordFailure gives TLS errors of Read and Write a type and leaves all others alone.
func recordFailure(err error) error {
	if err == nil {
		return nil
	}
	number, origin := alertIn(err)
	if origin == remoteAlert {
		return &TLSAlertError{Alert: number}
	}
	_, header := errors.AsType[tls.RecordHeaderError](err)
	if origin == localAlert || header {
		return &TLSError{Reason: TLSRecord, Err: err}
	}
	return err
}

type alertOrigin int

const (
	noAlert alertOrigin = iota
	localAlert
	remoteAlert
)

// alertIn finds the TLS alert in an error of crypto/tls. Outside QUIC, that
// package wraps alerts in a *net.OpError around an unexported type whose kind
// is uint8 (Go 1.26, crypto/tls/conn.go: readRecordOrCCS and sendAlertLocked);
// the operation tells received alerts from sent ones. A test fails if a later
// Go does it otherwise.
func alertIn(err error) (number uint8, origin alertOrigin) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok {
		return 0, noAlert
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 {
		return 0, noAlert
	}
	if op.Op == "remote error" {
		return uint8(v.Uint()), remoteAlert
	}
	return uint8(v.Uint()), localAlert
}
