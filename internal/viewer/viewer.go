package viewer

import (
	"context"
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

// Viewer is a session. Its methods may be called from several goroutines.
type Viewer struct {
	Selected x224.Protocol
	CredSSP  int // the version both went on with; 0 without NLA

	raw     net.Conn // of TCP
	conn    *rdpio.TLSConn
	frames  *rdpio.Frames
	timeout time.Duration

	changed chan struct{} // something was drawn, or a notice came
	done    chan struct{} // the session has ended

	mu          sync.Mutex
	client      *connect.Client
	awaits      string
	lastChange  time.Time
	drawn       bool
	loggedOn    *share.SaveSessionInfo
	redirection *share.ServerRedirection
	closing     bool
	err         error
}

// PublicKey is the server's key, as CredSSP binds it.
func (v *Viewer) PublicKey() []byte { return v.conn.SubjectPublicKey() }

// read takes what the server sends until the end.
func (v *Viewer) read() {
	defer close(v.done)
	for {
		frame, err := v.frames.Next(context.Background())
		if err == nil {
			err = v.step(frame)
		}
		if err == nil {
			continue
		}
		v.mu.Lock()
		if reason := v.client.Reason(); reason != 0 {
			err = reason
		}
		if !v.closing {
			v.err = err
		}
		v.mu.Unlock()
		v.raw.Close()
		return
	}
}

func (v *Viewer) step(frame []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	reply, err := v.client.Step(frame)
	if len(reply) > 0 {
		if e := rdpio.Write(context.Background(), v.conn, reply, v.timeout); err == nil {
			err = e
		}
	}
	if err == nil {
		v.note()
	}
	return err
}

// note keeps what the last step brought.
func (v *Viewer) note() {
	e := v.client.Events()
	if !e.Dirty.Empty() || e.Resized {
		v.drawn = v.drawn || !e.Dirty.Empty()
		v.lastChange = time.Now()
	}
	if e.LoggedOn != nil {
		v.loggedOn = e.LoggedOn
	}
	if e.Redirection != nil {
		v.redirection = e.Redirection
	}
	select {
	case v.changed <- struct{}{}:
	default:
	}
}

// Quiet waits until something has been drawn and then nothing for as long as
// quiet, at most until ctx ends. It returns early with the reason if the session
// ends.
func (v *Viewer) Quiet(ctx context.Context, quiet time.Duration) error {
	for {
		v.mu.Lock()
		left := time.Until(v.lastChange.Add(quiet))
		drawn := v.drawn
		v.mu.Unlock()
		if drawn && left <= 0 {
			return nil
		}
		timer := time.NewTimer(max(left, time.Millisecond))
		if !drawn {
			timer.Reset(quiet)
		}
		select {
		case <-v.changed:
		case <-timer.C:
		case <-v.done:
			timer.Stop()
			return v.Err()
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// Wait waits for the end of the session, at most until ctx ends.
func (v *Viewer) Wait(ctx context.Context) error {
	select {
	case <-v.done:
		return v.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Err is why the session ended, nil while it stands and after Close.
func (v *Viewer) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// Screenshot is a copy of what the server has drawn.
func (v *Viewer) Screenshot() *image.NRGBA {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.client.Screen().Image()
}

// Redirection is where the server sends this client, nil if nowhere.
func (v *Viewer) Redirection() *share.ServerRedirection {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.redirection
}

// Send sends input.
func (v *Viewer) Send(ctx context.Context, events []input.Event) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	frames, err := v.client.AppendInput(nil, events)
	if err != nil {
		return err
	}
	v.lastChange = time.Now() // what it brings about is still to come
	return rdpio.Write(ctx, v.conn, frames, v.timeout)
}

// Close leaves politely and waits until the connection is closed.
func (v *Viewer) Close() {
	v.mu.Lock()
	v.closing = true
	if last, err := v.client.Disconnect(); err == nil {
		rdpio.Write(context.Background(), v.conn, last, time.Second)
	}
	v.mu.Unlock()
	v.raw.Close()
	<-v.done
}
