package viewer

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"image"
	"net"
	"sync"
	"time"

	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Viewer is a session. Its methods may be called from several goroutines. Whoever
// has one closes it, also after the session has ended.
type Viewer struct {
	Selected x224.Protocol
	CredSSP  int // the version both went on with; 0 without NLA

	raw     net.Conn // of TCP
	conn    *rdpio.TLSConn
	frames  *rdpio.Frames
	timeout time.Duration

	changed chan struct{} // something was drawn, or a notice came
	done    chan struct{} // the session has ended

	awaits     string // for Connect
	challenged bool   // for Connect

	mu         sync.Mutex
	client     *connect.Client
	lastChange time.Time
	drawn      bool
	closing    bool
	err        error
}

// TLS is what the TLS handshake agreed on.
func (v *Viewer) TLS() tls.ConnectionState { return v.conn.State() }

// KeySHA256 is the SHA-256 of the server's SubjectPublicKeyInfo: what Options.Pin
// would have to be.
func (v *Viewer) KeySHA256() [sha256.Size]byte {
	return sha256.Sum256(v.TLS().PeerCertificates[0].RawSubjectPublicKeyInfo)
}

// read takes what the server sends until the end.
func (v *Viewer) read() {
	defer close(v.done)
	defer v.raw.Close()
	for {
		frame, err := v.frames.Next(context.Background())
		if err == nil {
			err = v.take(frame)
		}
		if err != nil {
			v.end(err)
			return
		}
	}
}

func (v *Viewer) take(frame []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closing {
		return nil // what is on its way still is for nobody
	}
	reply, err := v.client.Step(frame)
	if len(reply) > 0 {
		if e := rdpio.Send(v.conn, reply, v.timeout); err == nil {
			err = e
		}
	}
	if err == nil {
		err = v.note()
	}
	return err
}

// end notes why the session has ended, unless it was we who left.
func (v *Viewer) end(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.closing {
		v.err = v.because(err)
	}
}

// note keeps what the last step brought. A redirection is an error: nothing good
// can come after it.
func (v *Viewer) note() error {
	e := v.client.Events()
	if e.Resized {
		v.drawn = false
	}
	if !e.Dirty.Empty() {
		v.drawn = true
	}
	if e.Resized || !e.Dirty.Empty() {
		v.lastChange = time.Now()
	}
	select {
	case v.changed <- struct{}{}:
	default:
	}
	if r := e.Redirection; r != nil {
		elsewhere := redirected(r)
		if r.Flags&share.RedirectNoRedirect == 0 {
			return elsewhere
		}
	}
	return nil
}

// Quiet waits until something has been drawn and then nothing for as long as
// quiet, at most until ctx ends. It returns early with the reason if the session
// ends.
func (v *Viewer) Quiet(ctx context.Context, quiet time.Duration) error {
	for {
		v.mu.Lock()
		err, drawn, left := v.err, v.drawn && v.client.Active(), quiet-time.Since(v.lastChange)
		if err == nil && v.closing {
			err = net.ErrClosed
		}
		v.mu.Unlock()
		switch {
		case err != nil:
			return err
		case drawn && left <= 0:
			return nil
		case !drawn:
			left = quiet // another goroutine may have taken the news
		}
		timer := time.NewTimer(left)
		select {
		case <-v.changed:
		case <-timer.C:
		case <-v.done:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// Wait waits for the end of the session, at most until ctx ends, and returns the
// reason.
func (v *Viewer) Wait(ctx context.Context) error {
	select {
	case <-v.done:
		return v.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Err is why the session ended: nil while it stands, net.ErrClosed after Close.
func (v *Viewer) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil && v.closing {
		return net.ErrClosed
	}
	return v.err
}

// Drawn reports whether the server has drawn anything yet.
func (v *Viewer) Drawn() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.drawn
}

// LastChange is when the server drew last, or input was sent.
func (v *Viewer) LastChange() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.lastChange
}

// Screenshot is a copy of what the server has drawn.
func (v *Viewer) Screenshot() *image.NRGBA {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.client.Screen().Image()
}

// Desktop is the size that the server gave the desktop, in pixels.
func (v *Viewer) Desktop() image.Point {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.client.Screen().Bounds().Size()
}

// Send sends input. A server may begin the share anew at any moment: Send waits
// until that is done, at most until ctx ends or as long as a message may take, which
// is a *StalledError.
func (v *Viewer) Send(ctx context.Context, events []input.Event) error {
	for end := time.Now().Add(v.timeout); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if sent, err := v.send(events); sent || err != nil {
			return err
		}
		if time.Now().After(end) {
			return &StalledError{}
		}
		select {
		case <-time.After(reactivating):
		case <-v.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// reactivating is how often Send looks whether the share stands again.
const reactivating = 20 * time.Millisecond

func (v *Viewer) send(events []input.Event) (sent bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.err != nil:
		return false, v.err
	case v.closing:
		return false, net.ErrClosed
	case !v.client.Active():
		return false, nil
	}
	frames, err := v.client.AppendInput(nil, events)
	if err != nil {
		return false, err
	}
	v.lastChange = time.Now() // what it brings about is still to come
	return true, rdpio.Send(v.conn, frames, v.timeout)
}

// goodbye is how long a server has to close after the last words.
const goodbye = time.Second

// Close leaves politely and waits until the connection is closed. It can be called
// again.
func (v *Viewer) Close() {
	timer := time.AfterFunc(goodbye, func() { v.raw.Close() })
	defer timer.Stop()
	v.mu.Lock()
	if !v.closing && v.err == nil {
		if last, err := v.client.Disconnect(); err == nil {
			rdpio.Send(v.conn, last, goodbye)
		}
	}
	v.closing = true
	v.mu.Unlock()
	<-v.done
}
