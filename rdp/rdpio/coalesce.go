package rdpio

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

type tlsRole int

const (
	clientRole tlsRole = iota
	serverRole
)

// TLS record types and versions, RFC 2246 section 6.2.1 and 6.1.
const (
	recordHeader           = 1 /* type */ + 2 /* version */ + 2 /* length */
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordApplicationData  = 23
)

// coalescer is the connection below crypto/tls.
//
// During the handshake it passes everything on and takes notes: the server's
// hello, and the alert that crypto/tls sends when it gives up.
//
// After the handshake it is passive, except in TLS 1.0 with a CBC suite. There
// crypto/tls sends each Write as two records of 1 and n-1 bytes, so that
// nobody can predict the IV (the BEAST attack of 2011), and has no switch for
// it. Windows Server 2008 R2 answers a TSRequest spread over records with alert
// 80 (confirmed by reports for records of 0 and n bytes: fortra/impacket #875
// and #1331; inferred for 1 and n-1). So, from our ChangeCipherSpec on, the
// coalescer decrypts what crypto/tls wrote, joins the two, and encrypts again.
// Its own sequence numbers and IVs are then those that the peer expects. The
// price is that protection, for the whole connection; FreeRDP and impacket pay
// it too, by SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS.
//
// crypto/tls writes from one goroutine at a time but alerts may come from a
// Read, so everything about writing is under a lock. Reading is by one
// goroutine at a time and touches only finder in the client role.
type coalescer struct {
	net.Conn
	role    tlsRole
	passive atomic.Bool // the handshake is over and nothing is to be joined
	active  atomic.Bool // after our ChangeCipherSpec in TLS 1.0 CBC

	finder helloFinder // follows the server's stream: read as client, written as server
	hello  atomic.Pointer[serverHello]
	master masterSecret // filled and used by the goroutine of the handshake

	mu      sync.Mutex
	failed  error      // the first failure of writing; later writes would be out of order
	in      []byte     // what crypto/tls wrote and is no whole record yet
	out     []byte     // what goes to the connection, kept to reuse its memory
	open    *cbcRecord // undoes the encryption of crypto/tls
	seal    *cbcRecord // makes the peer's
	expect  int        // bytes of the Write under way, 0 outside
	held    []byte     // the 1-byte record that waits for its successor, or empty
	alert   uint8      // sent in the clear during the handshake
	changed bool       // our ChangeCipherSpec went out
}

func newCoalescer(conn net.Conn, role tlsRole) *coalescer {
	return &coalescer{Conn: conn, role: role}
}

// Read passes on what the peer sent.
func (c *coalescer) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.role == clientRole {
		c.watch(p[:n])
	}
	return n, err
}

// Write takes whole records or parts of them and sends at most as many.
func (c *coalescer) Write(p []byte) (int, error) {
	if c.passive.Load() {
		return c.Conn.Write(p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil {
		return 0, c.failed
	}
	if c.role == serverRole {
		c.watch(p)
	}
	c.in = append(c.in, p...)
	if c.failed = c.convert(); c.failed == nil && len(c.out) > 0 {
		_, c.failed = c.Conn.Write(c.out)
	}
	if c.failed != nil {
		clear(c.in)
		return 0, c.failed
	}
	return len(p), nil
}

// joins reports whether Writes need begin and end.
func (c *coalescer) joins() bool { return c.active.Load() }

// begin announces that crypto/tls is about to write n bytes of application
// data, at most maxRecord. Without that, a first record of one byte could not
// be told from a whole Write of one byte, which must not wait.
func (c *coalescer) begin(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expect = n
}

// end forgets the Write that begin announced, also if it failed half-way.
func (c *coalescer) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expect = 0
	c.release()
}

// handshakeOver is to be called once, when the handshake has ended either way.
func (c *coalescer) handshakeOver() {
	c.master.wipe()
	if c.active.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in, c.out = nil, nil
	c.passive.Store(true)
}

// keyLog is where crypto/tls is to leave the master secret. Only a connection
// that may end up in TLS 1.0 should ask for it.
func (c *coalescer) keyLog() *masterSecret { return &c.master }

// chosenVersion is the version in the server's hello, 0 before it.
func (c *coalescer) chosenVersion() uint16 {
	if hello := c.hello.Load(); hello != nil {
		return hello.version
	}
	return 0
}

// sentAlert is the alert that crypto/tls sent in the clear, 0 if it sent none.
func (c *coalescer) sentAlert() uint8 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.alert
}

// watch looks for the server's hello in the next bytes of the server's stream.
func (c *coalescer) watch(p []byte) {
	if hello := c.finder.feed(p); hello != nil {
		c.hello.Store(hello)
	}
}

// convert turns the whole records of c.in into what goes out in c.out.
func (c *coalescer) convert() error {
	c.out = c.out[:0]
	rest := c.in
	for {
		record, after := cutRecord(rest)
		if record == nil {
			break
		}
		if err := c.convertRecord(record); err != nil {
			return err
		}
		rest = after
	}
	n := copy(c.in, rest)
	clear(c.in[n:]) // plaintext after decryption in place
	c.in = c.in[:n]
	return nil
}

func (c *coalescer) convertRecord(record []byte) error {
	if !c.active.Load() {
		c.out = append(c.out, record...)
		switch body := record[recordHeader:]; {
		case record[0] == recordChangeCipherSpec:
			c.changed = true
			return c.activate()
		case record[0] == recordAlert && len(body) == 2 && !c.changed:
			c.alert = body[1]
		}
		return nil
	}
	content, err := c.open.open(record)
	if err != nil {
		return err
	}
	c.emit(record[0], content)
	return nil
}

// emit seals one record, holds it back, or joins it to the one held back.
func (c *coalescer) emit(kind byte, content []byte) {
	data := kind == recordApplicationData
	switch {
	case data && len(c.held) == 0 && len(content) == 1 && c.expect > 1:
		c.held = append(c.held, content...)
		return
	case data && len(c.held) > 0 && len(c.held)+len(content) <= maxRecord:
		c.out = c.seal.seal(c.out, kind, c.held, content)
		c.release()
		return
	case len(c.held) > 0: // nothing overtakes it
		c.out = c.seal.seal(c.out, recordApplicationData, c.held)
		c.release()
	}
	c.out = c.seal.seal(c.out, kind, content)
}

func (c *coalescer) release() {
	clear(c.held)
	c.held = c.held[:0]
}

// activate starts re-joining if the handshake chose TLS 1.0 with a CBC suite.
func (c *coalescer) activate() error {
	hello := c.hello.Load()
	if hello == nil {
		return nil
	}
	suite, ok := hello.cbcSuite()
	if !ok {
		return nil
	}
	if !c.master.known {
		return &TLSError{Reason: TLSInternal, Err: errors.New("no master secret before ChangeCipherSpec")}
	}
	var err error
	c.open, c.seal, err = suite.writeSide(&c.master, hello.random[:], c.role)
	c.master.wipe()
	if err != nil {
		return &TLSError{Reason: TLSInternal, Err: err}
	}
	c.active.Store(true)
	return nil
}

// cutRecord takes the first record, with its header, off b. It returns nil if
// b holds no whole record.
func cutRecord(b []byte) (record, rest []byte) {
	if len(b) < recordHeader {
		return nil, b
	}
	n := recordHeader + int(b[3])<<8 + int(b[4])
	if len(b) < n {
		return nil, b
	}
	return b[:n:n], b[n:]
}
