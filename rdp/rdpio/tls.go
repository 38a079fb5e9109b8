package rdpio

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/fumidai/fumidai/rdp/wire"
)

// maxRecord is the most plaintext one TLS record carries, in bytes:
// RFC 2246, RFC 5246 and RFC 8446, section 6.2.1 or 5.1.
const maxRecord = 1 << 14

// TLSConn is a TLS connection, in either role, made by ClientTLS or ServerTLS.
// It is a net.Conn on which one Write of 1 to 16,384 bytes is exactly one TLS
// record, in every version of TLS: Windows Server 2008 R2 gives up on a
// TSRequest that is spread over several records. A longer Write takes as few
// records as possible.
//
// Reading is a stream: the peer may divide its messages into records as it
// likes, and a TLS 1.0 peer often sends one byte first.
//
// Read and Write may run at the same time, and Close interrupts both.
type TLSConn struct {
	tls              *tls.Conn
	records          *coalescer
	subjectPublicKey []byte
	writing          sync.Mutex // held for one Write while records are re-joined
}

// Read reads what the peer sent. io.EOF means that the peer closed the
// connection. A TLS alert is returned as a *TLSAlertError; CredSSP servers
// answer wrong credentials with alert 49 (MS-RDPBCGR 5.4.5.2). A record that
// is damaged or not allowed is a *TLSError with reason TLSRecord. Other errors
// are those of the connection below.
func (c *TLSConn) Read(p []byte) (int, error) {
	n, err := c.tls.Read(p)
	return n, recordFailure(err)
}

// Write sends p as one record, or as several if p is longer than 16,384 bytes.
// After an error nothing more can be written.
func (c *TLSConn) Write(p []byte) (int, error) {
	if !c.records.joins() {
		n, err := c.tls.Write(p)
		return n, recordFailure(err)
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	var written int
	for len(p) > 0 {
		n := min(len(p), maxRecord)
		if err := c.writeJoined(p[:n]); err != nil {
			return written, recordFailure(err)
		}
		written += n
		p = p[n:]
	}
	return written, nil
}

// writeJoined writes what fits one record and tells the coalescer how much that
// is. On failure none of it counts as written: crypto/tls would count the byte
// that was held back.
func (c *TLSConn) writeJoined(p []byte) error {
	c.records.begin(len(p))
	defer c.records.end()
	_, err := c.tls.Write(p)
	return err
}

// Close sends close_notify, unless a Write is under way, and closes the
// connection below.
func (c *TLSConn) Close() error { return c.tls.Close() }

// LocalAddr is the local address of the connection below.
func (c *TLSConn) LocalAddr() net.Addr { return c.tls.LocalAddr() }

// RemoteAddr is the peer's address on the connection below.
func (c *TLSConn) RemoteAddr() net.Addr { return c.tls.RemoteAddr() }

// SetDeadline sets both deadlines. After a Write has timed out nothing more
// can be written.
func (c *TLSConn) SetDeadline(t time.Time) error { return c.tls.SetDeadline(t) }

// SetReadDeadline limits Read.
func (c *TLSConn) SetReadDeadline(t time.Time) error { return c.tls.SetReadDeadline(t) }

// SetWriteDeadline limits Write. After a Write has timed out nothing more can
// be written.
func (c *TLSConn) SetWriteDeadline(t time.Time) error { return c.tls.SetWriteDeadline(t) }

// State tells what was negotiated.
func (c *TLSConn) State() tls.ConnectionState { return c.tls.ConnectionState() }

// SubjectPublicKey is the content of the BIT STRING subjectPublicKey, without
// the byte that counts unused bits, of the certificate that the server
// presented on this connection: the peer's in the client role, one's own in
// the server role. CredSSP binds exactly these bytes (MS-CSSP 3.1.5). The
// slice must not be changed.
func (c *TLSConn) SubjectPublicKey() []byte { return c.subjectPublicKey }

var longAgo = time.Unix(1, 0)

// shakeHands runs the handshake under ctx. It does not hand ctx to crypto/tls,
// which would close the connection and so take it from its owner; a deadline
// in the past interrupts just as well.
func shakeHands(ctx context.Context, conn net.Conn, t *tls.Conn) error {
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetDeadline(longAgo) // a connection without deadlines cannot be interrupted
		close(interrupted)
	})
	err := t.HandshakeContext(context.WithoutCancel(ctx))
	if stop() {
		return err
	}
	<-interrupted
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return err // something else went wrong first
	}
	reason := TLSCancelled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		reason = TLSTimeout
	}
	return &TLSError{Reason: reason, Err: context.Cause(ctx)}
}

// subjectPublicKey takes the key bits out of a SubjectPublicKeyInfo
// (RFC 5280, 4.1.2.7).
func subjectPublicKey(leaf *x509.Certificate) ([]byte, error) {
	r := wire.NewReader("SubjectPublicKeyInfo", leaf.RawSubjectPublicKeyInfo)
	info := r.Into(r.Expect("subjectPublicKeyInfo", wire.TagSequence))
	info.Expect("algorithm", wire.TagSequence)
	bits := info.Into(info.Expect("subjectPublicKey", wire.TagBitString))
	bits.U8("unusedBits")
	key := bits.Rest()
	info.Join(bits)
	r.Join(info)
	if err := r.Err(); err != nil {
		return nil, &TLSError{Reason: TLSCertificate, Err: err}
	}
	return key, nil
}

// cipherSuites lists the suites up to TLS 1.2 (those of TLS 1.3 are fixed in
// crypto/tls, which also decides the order). The list is always explicit, so
// that no process-wide switch changes what a connection offers. Nobody changes
// it: all connections have the same one, as crypto/tls makes it anew each time.
func cipherSuites(legacy bool) []uint16 {
	if legacy {
		return legacySuites()
	}
	return goodSuites()
}

var (
	goodSuites   = sync.OnceValue(func() []uint16 { return suiteIDs(tls.CipherSuites()) })
	legacySuites = sync.OnceValue(func() []uint16 { return suiteIDs(tls.CipherSuites(), tls.InsecureCipherSuites()) })
)

func suiteIDs(lists ...[]*tls.CipherSuite) []uint16 {
	var ids []uint16
	for _, list := range lists {
		for _, s := range list {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// versionRange fills in the defaults and refuses an impossible range.
func versionRange(lowest, highest uint16, legacy bool) (uint16, uint16, error) {
	if lowest == 0 {
		lowest = tls.VersionTLS12
		if legacy {
			lowest = tls.VersionTLS10
		}
		if highest != 0 {
			lowest = min(lowest, highest)
		}
	}
	if highest == 0 {
		highest = tls.VersionTLS13
	}
	if lowest < tls.VersionTLS10 || highest > tls.VersionTLS13 || lowest > highest {
		return 0, 0, misuse("no version of TLS lies between MinVersion and MaxVersion")
	}
	return lowest, highest, nil
}
